// Which kinds of record live under which keys: storage/keys.h, as a table.
#include "gateway/codec/stored.h"

namespace postern::codec {
namespace {

using storage::Family;

struct Place {
    records::Kind kind;
    Family family;
    char prefix;
};

constexpr Place places[] = {
    {records::KIND_MESSAGE, Family::seq, 'm'},
    {records::KIND_STATUS, Family::seq, 'm'},
    {records::KIND_SIGNAL, Family::seq, 'm'},
    {records::KIND_NOTICE, Family::seq, 'm'},
    {records::KIND_HOT, Family::hot, 'h'},
    {records::KIND_CONTACT, Family::hot, 'c'},
    {records::KIND_IDENTITY, Family::hot, 'i'},
    {records::KIND_IDENTITY, Family::cold, 'X'},
    {records::KIND_GROUP, Family::hot, 'g'},
    {records::KIND_DEDUPE, Family::exp, 'd'},
    {records::KIND_PARKED_RECEIPT, Family::hot, 'p'},
    {records::KIND_QUARANTINE, Family::cold, 'Q'},
    {records::KIND_API_KEY, Family::cold, 'K'},
    {records::KIND_ACCOUNT, Family::cold, 'A'},
    {records::KIND_WORKSPACE, Family::cold, 'M'},
    {records::KIND_OUTBOUND, Family::seq, 'm'},
    {records::KIND_OUTBOUND_EVENT, Family::seq, 'm'},
    {records::KIND_STATE, Family::hot, 'o'},
    {records::KIND_EXTERNAL_ID, Family::hot, 'x'},
    {records::KIND_DUE, Family::due, 'q'},
    {records::KIND_SLOT, Family::due, 'f'},
    {records::KIND_ADDRESS_NOTES, Family::hot, 's'},
    {records::KIND_IDEMPOTENCY, Family::exp, 'k'},
    {records::KIND_LIMITS, Family::cold, 'M'},
    {records::KIND_ZONE_GROUPS, Family::cold, 'M'},
    {records::KIND_SUBSCRIPTION, Family::cold, 'S'},
    {records::KIND_TEMPLATE, Family::cold, 'T'},
    {records::KIND_LEDGER, Family::cold, 'L'},
    {records::KIND_MEDIA, Family::cold, 'N'},
    {records::KIND_MEDIA_USE, Family::cold, 'N'},
    {records::KIND_SUGGESTION, Family::cold, 'W'},
    {records::KIND_SUGGESTION_PAIR, Family::cold, 'W'},
    {records::KIND_AUDIT, Family::cold, 'Z'},
};

}  // namespace

bool kind_fits(records::Kind kind, const storage::RowKey& key) {
    for (const Place& place : places) {
        const bool here = place.family == key.family && place.prefix == key.prefix();
        if (place.kind == kind && here) return true;
    }
    return false;
}

}  // namespace postern::codec
