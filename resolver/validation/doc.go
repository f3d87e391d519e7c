// Package validation says whether DNS data is secure (RFC 4033 §5, RFC 4035
// §4.3) without validating signatures itself.
//
// DNSSEC lets a resolver prove that an answer is the zone owner's. A stub can
// only believe its resolver, and does so here only if the resolver is seen to
// validate, over a way where nobody can change the reply. That a zone is not
// signed is seen without such trust: the zone above holds no DS record for it.
// Everything else could not be told, and is said so.
package validation
