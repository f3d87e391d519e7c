package dnsbl

import (
	"net/netip"

	"mailauth/checks"
	"mailauth/checks/blocklist"
	"mailauth/resolver"
)

// kind says what an answer of a list is.
type kind uint8

const (
	unknown  kind = iota // no answer
	nothing              // not listed
	listing              // listed
	refusal              // the list does not serve who asks
	nonLocal             // an answer that no list gives
	testing              // 127.0.0.1, which means nothing (RFC 5782 §5)
)

// kindOf reads an answer. Codes of the list's operators about the question come
// before all others: they say nothing about what was asked for.
func kindOf(r checks.Result) kind {
	if r.Unknown() || r.Answer.Status == 0 {
		return unknown
	}
	found := nothing
	for _, code := range codes(r) {
		switch {
		case operator.Contains(code):
			return refusal
		case !local.Contains(code):
			return nonLocal
		case code == own:
			found = max(found, testing)
		default:
			found = listing
		}
	}
	return found
}

// codes are the addresses of an answer.
func codes(r checks.Result) (list []netip.Addr) {
	if r.Unknown() {
		return nil
	}
	for _, record := range r.Answer.Records {
		if a, ok := record.Data.(resolver.A); ok {
			list = append(list, a.Addr)
		}
	}
	return list
}

// State says whether a list can be believed.
type State string

// The states.
const (
	Works    State = "works"
	Unsure   State = "unknown" // its test had no answer
	Retired  State = "retired" // it was shut down
	Empty    State = "empty"   // it does not have what it must
	Wildcard State = "wildcard"
	Refusing State = "refuses"
	Parked   State = "parked" // it answers with addresses of the Internet
)

// tried is what the test entries say of a list.
func (l *Asked) tried() State {
	if l.list.Retired {
		return Retired
	}
	present, absent := kindOf(l.present), kindOf(l.absent)
	switch {
	case present == refusal || absent == refusal:
		return Refusing
	case present == nonLocal || absent == nonLocal:
		return Parked
	case absent == listing:
		return Wildcard
	case present == unknown || absent == unknown:
		return Unsure
	case present != listing:
		return Empty
	}
	return Works
}

// tests6 reports that the list has what it must of IPv6 addresses.
func (l *Asked) tests6() bool {
	return l.list.Kind == blocklist.Addresses && l.list.IPv6 && kindOf(l.present6) == listing && kindOf(l.absent6) == nothing
}

// The answers that are not listings. RFC 5782 §2.1, §5; Spamhaus' return codes.
var (
	local    = netip.MustParsePrefix("127.0.0.0/8")
	operator = netip.MustParsePrefix("127.255.255.0/24")
	own      = netip.MustParseAddr("127.0.0.1")
)
