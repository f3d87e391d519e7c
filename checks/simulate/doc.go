// Package simulate says what receivers make of mail before it is sent: what
// check_host() of RFC 7208 answers for an address or for every address of a
// prefix, what DMARC (RFC 9989) then asks receivers to do, what to add to the
// record so that an address passes, and what a change of the DNS does to
// addresses, also while old and new records are mixed in caches. It reads SPF
// and DMARC through any resolver.Resolver and judges nothing else.
package simulate
