// Package dkim audits the keys of RFC 6376 that a domain publishes (with RFC
// 8301 for key lengths and hashes, RFC 8463 for Ed25519).
//
// Mail carries a signature that names a domain and a selector; the receiver
// fetches the public key from selector._domainkey.domain. A key that is
// missing, cut up or weak makes every signature fail. DNS cannot list the
// selectors of a domain, so they are told by the user, read from a zone file,
// or guessed; what was not guessed is not missing.
package dkim
