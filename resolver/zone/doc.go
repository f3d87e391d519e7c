// Package zone reads zones from files in the master format of RFC 1035 §5.
//
// An administrator keeps the records of a domain in a text file, one record a
// line, before the name servers publish them. Reading that file allows a
// change to be audited before anybody can see it. Every record remembers the
// file, line and column of its data, and what cannot be read is reported with
// its place, what was found there and what was expected.
//
// Understood are $ORIGIN, $TTL (RFC 2308 §4), $INCLUDE, BIND's $GENERATE,
// parentheses, comments, quoted strings with escapes, relative names, "@",
// lines that take over the owner from above, TTLs with units, and types that
// the program has no name for (RFC 3597). Strings longer than 255 octets, which
// servers refuse, are kept whole for the audit to see.
package zone
