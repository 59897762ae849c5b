// The real daemon, the simulator as provider: a picture out, a picture in, and what is refused.
#include "tests/media/daemon_media.h"

#include <cstdio>
#include <filesystem>

namespace postern::media {
namespace {

using namespace std::chrono_literals;

TEST_F(DaemonMedia, SendsAnUploadThatTheProviderFetchesByASignedUrl) {
    ASSERT_TRUE(rig_.start()) << rig_.problem;
    open_window();
    const std::string picture = jpeg(300'000);

    const Got uploaded = upload(picture);

    ASSERT_EQ(uploaded.status, 201) << uploaded.body;
    const std::string id = uploaded.at("/id");
    EXPECT_TRUE(id.starts_with("upl_"));
    EXPECT_EQ(uploaded.at("/mime"), "image/jpeg");
    EXPECT_EQ(uploaded.at("/size"), "300000");
    EXPECT_EQ(uploaded.at("/filename"), "foto.jpg");
    EXPECT_EQ(uploaded.at("/sha256").size(), 64U);
    EXPECT_FALSE(uploaded.at("/expires_at").empty());

    EXPECT_EQ(send(id, "image", "/v1/messages/check").status, 200);
    const Got sent = send(id);
    ASSERT_EQ(sent.status, 202) << sent.body;
    EXPECT_EQ(sent.at("/content/upload"), id);
    const std::string link = link_at_provider();

    const Got fetched = ask("GET", link);
    EXPECT_EQ(fetched.status, 200) << link;
    EXPECT_EQ(fetched.body, picture);
    EXPECT_EQ(fetched.response.header("content-type"), "image/jpeg");
    EXPECT_EQ(fetched.response.header("x-content-type-options"), "nosniff");
    EXPECT_TRUE(fetched.response.header("cache-control").starts_with("private"));
    EXPECT_EQ(fetched.response.header("content-disposition"), "inline; filename=\"foto.jpg\"");
    const Got head = ask("HEAD", link);
    EXPECT_EQ(head.response.header("content-length"), "300000");
    const Got part = ask("GET", link, {}, {{"Range", "bytes=65530-65545"}});
    EXPECT_EQ(part.status, 206);
    EXPECT_EQ(part.body, picture.substr(65530, 16));
    EXPECT_EQ(part.response.header("content-range"), "bytes 65530-65545/300000");
    EXPECT_EQ(ask("GET", link, {}, {{"Range", "bytes=300000-"}}).status, 416);

    ASSERT_TRUE(link.ends_with("/foto.jpg")) << link;
    const std::string bare = link.substr(0, link.rfind('/'));
    EXPECT_EQ(ask("HEAD", bare).status, 200);
    std::string forged = bare;
    forged[forged.size() - 30] = forged[forged.size() - 30] == 'A' ? 'B' : 'A';
    const Got refused = ask("GET", forged);
    EXPECT_EQ(refused.status, 404);
    EXPECT_EQ(refused.body, ask("GET", bare.substr(0, bare.size() - 1)).body);
    EXPECT_EQ(ask("DELETE", link).status, 404);
}

TEST_F(DaemonMedia, KeepsAnUploadOverAKillAndAReferenceOverItsDeletion) {
    ASSERT_TRUE(rig_.start()) << rig_.problem;
    open_window();
    const std::string picture = jpeg(100'000);
    const std::string id = upload(picture).at("/id");

    rig_.kill();
    ASSERT_TRUE(rig_.start()) << rig_.problem;

    EXPECT_EQ(api("GET", "/v1/media/" + id + "/content").body, picture);
    EXPECT_EQ(api("GET", "/v1/media/" + id).at("/references"), "0");
    ASSERT_EQ(send(id).status, 202);
    EXPECT_EQ(api("GET", "/v1/media/" + id).at("/references"), "1");
    const std::string link = link_at_provider();
    EXPECT_EQ(api("DELETE", "/v1/media/" + id).status, 204);
    EXPECT_EQ(api("GET", "/v1/media/" + id).status, 404);
    EXPECT_EQ(send(id).at("/errors/0/code"), "not_found");
    EXPECT_EQ(ask("GET", link).body, picture);
}

TEST_F(DaemonMedia, IsInABackupAndInWhatIsRestoredFromIt) {
    ASSERT_TRUE(rig_.start()) << rig_.problem;
    const std::string picture = jpeg(100'000);
    const std::string id = upload(picture).at("/id");
    const std::string backup = rig_.folder() + "/backup";
    ASSERT_EQ(api("POST", "/v1/backups", "{\"path\":\"" + backup + "\"}").status, 201);
    ASSERT_EQ(rig_.stop(), 0);
    const std::string lost = rig_.config.storage_path;
    rig_.config.storage_path = rig_.folder() + "/restored";
    std::filesystem::create_directory(rig_.config.storage_path);
    std::filesystem::copy_file(lost + "/master.key", rig_.config.storage_path + "/master.key");
    std::filesystem::permissions(rig_.config.storage_path + "/master.key",
                                 std::filesystem::perms(0600));
    std::string said;

    const int code = crash::run_program(
        {crash::built("postern"), "restore", backup, "--storage", rig_.config.storage_path}, said);

    ASSERT_EQ(code, 0) << said;
    std::filesystem::remove_all(lost);
    ASSERT_TRUE(rig_.start()) << rig_.problem;
    EXPECT_EQ(api("GET", "/v1/media/" + id + "/content").body, picture);
}

TEST_F(DaemonMedia, RefusesWhatCannotBeSentOrKept) {
    ASSERT_TRUE(rig_.start()) << rig_.problem;
    open_window();
    const std::string picture = upload(jpeg(1000)).at("/id");
    EXPECT_EQ(send("upl_01KG9YV3280000A0000000000C").at("/errors/0/code"), "not_found");
    EXPECT_EQ(send("con_01KG9YV3280000A0000000000C").at("/errors/0/code"), "invalid");
    EXPECT_EQ(send(picture, "video").at("/errors/0/code"), "wrong_type");
    const Got large = send(upload(jpeg(6 << 20)).at("/id"));  // CG-35
    EXPECT_EQ(large.status, 422);
    EXPECT_EQ(large.at("/errors/0/code"), "too_large") << large.body;
    EXPECT_EQ(send(upload(jpeg(6 << 20)).at("/id"), "document").status, 202);

    EXPECT_EQ(upload("<html><script>").at("/code"), "type_mismatch");
    EXPECT_EQ(upload("").at("/code"), "empty");
    EXPECT_EQ(ask("POST", rig_.api_url() + "/v1/media", "x").status, 401);
    const std::string page = upload("<html>", "text/html").at("/id");
    const Got shown = api("GET", "/v1/media/" + page + "/content");
    EXPECT_TRUE(shown.response.header("content-disposition").starts_with("attachment"));
}

TEST_F(DaemonMedia, TakesAFormOnceForEachIdempotencyKey) {
    ASSERT_TRUE(rig_.start()) << rig_.problem;
    const auto form = [](const std::string& bytes) {
        return "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.jpg\"\r\n"
               "Content-Type: image/jpeg\r\n\r\n" +
               bytes + "\r\n--B--\r\n";
    };
    const std::string type = "multipart/form-data; boundary=B";
    const auto post = [&](const std::string& body) {
        return api("POST", "/v1/media", body, {{"Content-Type", type}, {"Idempotency-Key", "k1"}});
    };

    const Got first = post(form(jpeg(100'000)));
    const Got again = post(form(jpeg(100'000)));
    const Got other = post(form(jpeg(100'001)));

    ASSERT_EQ(first.status, 201) << first.body;
    EXPECT_EQ(first.at("/filename"), "a.jpg");
    EXPECT_EQ(first.at("/size"), "100000");
    EXPECT_EQ(again.body, first.body);
    EXPECT_EQ(again.response.header("idempotent-replayed"), "true");
    EXPECT_EQ(other.at("/code"), "idempotency_conflict");
    const Got broken = api("POST", "/v1/media", "--B\r\nnothing", {{"Content-Type", type}});
    EXPECT_EQ(broken.at("/code"), "malformed_multipart");
}

TEST_F(DaemonMedia, NeverHasALargeUploadInMemory) {
    ASSERT_TRUE(rig_.start()) << rig_.problem;
    ASSERT_EQ(upload(jpeg(1 << 20)).status, 201);
    const std::uint64_t before = rig_.resident_peak_bytes();

    const Got uploaded = upload(jpeg(50 << 20), "application/octet-stream");

    EXPECT_EQ(uploaded.status, 201) << uploaded.body;
    const Got back = api("GET", "/v1/media/" + uploaded.at("/id") + "/content");
    EXPECT_TRUE(back.body == jpeg(50 << 20));
    EXPECT_LT(rig_.resident_peak_bytes(), before + (25U << 20));
    // Told from the head alone, before a byte of the body has come.
    net::test::RawClient raw(rig_.api_url().substr(7));
    raw.send("POST /v1/media HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer " + rig_.key() +
             "\r\nContent-Length: 52428801\r\n\r\n");
    EXPECT_TRUE(raw.read_to_end().starts_with("HTTP/1.1 413 "));
}

TEST_F(DaemonMedia, FetchesAttachmentsWhenTheyAreAskedForAndKeepsThem) {
    ASSERT_TRUE(rig_.start()) << rig_.problem;
    std::vector<std::pair<std::string, std::string>> seen;  // url, bytes
    for (const sim::Endpoint& endpoint : crash::all_endpoints()) {
        ASSERT_EQ(inbound(endpoint.channel, endpoint.account), "") << endpoint.channel;
        const Got event = attachment_of(endpoint.account);
        const std::string url = event.at("/data/message/attachments/0/url");
        ASSERT_TRUE(url.starts_with("/v1/media/att_")) << event.body;
        const std::string metadata = url.substr(0, url.rfind('/'));
        EXPECT_EQ(api("GET", metadata).at("/fetched"), "false");
        EXPECT_EQ(ask("GET", rig_.api_url() + url).status, 401);

        const Got got = api("GET", url);

        ASSERT_EQ(got.status, 200) << endpoint.channel << got.body << rig_.log();
        EXPECT_EQ(got.response.header("content-type"), "image/jpeg") << endpoint.channel;
        EXPECT_NE(got.body.find("simulated medium 9"), std::string::npos) << endpoint.channel;
        EXPECT_EQ(api("GET", metadata).at("/size"), std::to_string(got.body.size()));
        seen.emplace_back(url, got.body);
    }
    ASSERT_EQ(seen.size(), 4U);

    simulator_.reset();
    for (const auto& [url, bytes] : seen) EXPECT_EQ(api("GET", url).body, bytes);
    // Only the store has it now: without the row there is nobody to ask.
    const std::string metadata = seen[0].first.substr(0, seen[0].first.rfind('/'));
    EXPECT_EQ(api("DELETE", metadata).status, 204);
    EXPECT_EQ(api("GET", seen[0].first).at("/code"), "media_fetch_failed");
    EXPECT_EQ(api("GET", "/v1/media/att_01KG9YV3280000A0000000000C.0").status, 404);
}

TEST_F(DaemonMedia, RefusesToFetchFromAddressesOfItsOwnNetwork) {
    rig_.config.sections.clear();
    ASSERT_TRUE(rig_.start()) << rig_.problem;
    // The generic provider's URLs are the sender's; this account has no base_url.
    std::string account;
    for (const sim::Endpoint& one : crash::all_endpoints()) {
        if (one.channel == "http") account = one.account;
    }
    ASSERT_EQ(inbound("http", account), "");
    const std::string url = attachment_of(account).at("/data/message/attachments/0/url");
    const Got refused = api("GET", url);
    EXPECT_EQ(refused.status, 502);
    EXPECT_EQ(refused.at("/code"), "address_refused");
}

TEST_F(DaemonMedia, FetchesAtOnceWhereAnAccountIsEager) {
    rig_.config.account_lines = "media = \"eager\"\n";
    ASSERT_TRUE(rig_.start()) << rig_.problem;
    ASSERT_EQ(inbound("whatsapp", "wa-main"), "");
    const std::string url = attachment_of("wa-main").at("/data/message/attachments/0/url");
    const std::string metadata = url.substr(0, url.rfind('/'));
    EXPECT_TRUE(
        crash::eventually(20s, [&] { return api("GET", metadata).at("/fetched") == "true"; }));
}

TEST_F(DaemonMedia, SendsAFileFromTheCommandLine) {
    ASSERT_TRUE(rig_.start()) << rig_.problem;
    open_window();
    const std::string file = rig_.folder() + "/factura.pdf";
    const std::string bytes = "%PDF-1.7 a bill";
    std::FILE* out = std::fopen(file.c_str(), "wb");
    ASSERT_NE(out, nullptr);
    (void)std::fwrite(bytes.data(), 1, bytes.size(), out);
    std::fclose(out);

    std::string said;
    const int code =
        crash::run_program({crash::built("postern"), "--api", rig_.api_url(), "send", "--account",
                            "wa-main", "--to", person, "--upload", file, "--caption", "Su factura"},
                           said, {"POSTERN_KEY=" + rig_.key()});

    EXPECT_EQ(code, 0) << said;
    const Got fetched = ask("GET", link_at_provider());
    EXPECT_EQ(fetched.body, bytes);
    EXPECT_EQ(fetched.response.header("content-type"), "application/pdf");
}

}  // namespace
}  // namespace postern::media
