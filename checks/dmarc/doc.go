// Package dmarc checks the DMARC policy of a domain (RFC 9989, reports RFC 9990).
//
// DMARC ties SPF and DKIM to the address that a reader sees: it lets the owner
// say what receivers should do with mail that carries the domain in From but
// passes neither for it, and where to send reports. The policy is one TXT
// record at _dmarc.<domain>; a domain without one gets that of its
// organizational domain, which receivers find by walking up the DNS tree.
//
// Receivers that still follow RFC 7489 find the organizational domain in the
// public suffix list instead; where that changes the outcome, it is a finding.
package dmarc
