// Package message reads mail as RFC 5322 has it and verifies its DKIM
// signatures (RFC 6376 §6, RFC 8463).
//
// A message that a domain really sent tells more than any search: which
// selectors are in use, whether receivers can verify them today, and whether
// they count for DMARC (RFC 9989 §3.2.10), since only a signature of the From
// domain's own organization does. Verification itself is go-msgauth's.
package message
