// The form: what a configuration may say, what an answer must, and how both are written. RI-41.
#include "adapters/webchat/form.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace postern::adapters::webchat {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

Form form_of(std::string_view json) {
    std::string problem;
    Form form = Form::parse(json, problem);
    EXPECT_EQ(problem, "");
    return form;
}

const std::string usual =
    R"([{"name":"name","type":"text","required":true,"label":"Nombre","max":20},
    {"name":"email","type":"email","required":true},{"name":"phone","type":"tel","country":"CO"},
    {"name":"age","type":"number"},{"name":"topic","type":"select","options":["pagos","soporte"]},
    {"name":"consent","type":"checkbox","required":true,"text_id":"privacy-v3"}])";

TEST(Form, TakesAnAnswerAndMakesItCanonical) {
    const FilledForm filled = form_of(usual).check(
        R"({"name":"  Ana ","email":"Ana.Diaz@Example.COM","phone":"300 123 4567","age":33,
            "topic":"pagos","consent":true,"unknown":"x"})");

    EXPECT_TRUE(filled.errors.empty());
    EXPECT_THAT(filled.values,
                ElementsAre(Pair("name", "Ana"), Pair("email", "Ana.Diaz@example.com"),
                            Pair("phone", "+573001234567"), Pair("age", "33"),
                            Pair("topic", "pagos"), Pair("consent", "true")));
}

TEST(Form, TakesTheFirstNumberAndTheFirstMailForTheVisitorsOwn) {  // RI-41
    const Form form = form_of(R"([{"name":"note"},{"name":"office","type":"tel","country":"CO"},
        {"name":"phone","type":"tel","country":"CO"},{"name":"email","type":"email"},
        {"name":"friend","type":"email"}])");
    const auto keys_of = [&form](std::string_view answers) {
        return form.keys(form.check(answers));
    };
    EXPECT_THAT(keys_of(R"({"note":"+573009999999","phone":"300 123 4567","email":"a@example.com",
                            "friend":"b@example.com"})"),
                ElementsAre(Pair("phone", "+573001234567"), Pair("email", "a@example.com")));
    EXPECT_TRUE(keys_of(R"({"note":"a@example.com","phone":"12"})").empty());
}

TEST(Form, NamesEveryFieldThatIsWrong) {
    const FilledForm filled = form_of(usual).check(
        R"({"name":"a name of more than twenty letters","email":"ana@example","phone":"12",
            "age":"many","topic":"otro","consent":false})");

    EXPECT_THAT(filled.errors,
                ElementsAre(Pair("name", "too_long"), Pair("email", "invalid"),
                            Pair("phone", "invalid"), Pair("age", "invalid"),
                            Pair("topic", "not_an_option"), Pair("consent", "required")));
}

TEST(Form, AsksForRequiredFieldsAndForNoOthers) {
    EXPECT_THAT(form_of(usual).check("{}").errors,
                ElementsAre(Pair("name", "required"), Pair("email", "required"),
                            Pair("consent", "required")));
    EXPECT_THAT(form_of(usual).check(R"({"name":" ","email":null,"consent":true})").errors,
                ElementsAre(Pair("name", "required"), Pair("email", "required")));
    EXPECT_EQ(form_of(usual).check("not json").errors.size(), 3u);
}

TEST(Form, CountsLettersAndNotBytes) {
    const Form form = form_of(R"([{"name":"name","max":3}])");
    EXPECT_TRUE(form.check(R"({"name":"ñáé"})").errors.empty());
    EXPECT_EQ(form.check(R"({"name":"ñáéi"})").errors.size(), 1u);
}

TEST(Form, SaysItselfForTheWidget) {
    const Form form =
        form_of(R"([{"name":"t","type":"select","required":true,"options":["a","b"]}])");
    EXPECT_EQ(form.describe(),
              R"({"fields":[{"name":"t","type":"select","required":true,"max":200,)"
              R"("options":["a","b"]}]})");
}

TEST(Form, WritesAnAnswerInWords) {
    const Form form = form_of(usual);
    const FilledForm filled =
        form.check(R"({"name":"Ana","email":"a@example.com","consent":true})");
    EXPECT_EQ(form.in_words(filled), "Nombre: Ana\nemail: a@example.com\nconsent: true");
}

TEST(Form, RefusesAConfigurationWithWords) {
    const std::vector<std::pair<std::string, std::string>> cases = {
        {R"({"name":"x"})", "a list"},
        {R"(["name"])", "a table"},
        {R"([{"type":"text"}])", "name"},
        {R"([{"name":"a b"}])", "name"},
        {R"([{"name":"a","type":"date"}])", "one of text"},
        {R"([{"name":"a","type":"select"}])", "options"},
        {R"([{"name":"a","options":["x"]}])", "only a select"},
        {R"([{"name":"a","max":0}])", "1 to 2000"},
        {R"([{"name":"a","type":"hidden","required":true}])", "hidden"},
        {R"([{"name":"a"},{"name":"a"}])", "before"},
    };
    for (const auto& [json, words] : cases) {
        std::string problem;
        (void)Form::parse(json, problem);
        EXPECT_THAT(problem, HasSubstr(words)) << json;
    }
    EXPECT_TRUE(form_of("").empty());
}

TEST(MailAddress, HasANameAndADomainWithADot) {
    for (const char* good : {"a@b.co", "ana+tag@mail.example.com", "o'neil@example.ie"})
        EXPECT_TRUE(is_mail_address(good)) << good;
    for (const char* bad : {"", "@b.co", "a@", "a@b", "a@.co", "a@b.", "a@b..co", "a b@c.de",
                            "a@b@c.de", "<a@b.co>", "a@b.co,c@d.ef"})
        EXPECT_FALSE(is_mail_address(bad)) << bad;
}

}  // namespace
}  // namespace postern::adapters::webchat
