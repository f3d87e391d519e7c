// Package resolver asks the DNS (RFC 1034, RFC 1035) on behalf of the audit.
//
// An administrator's question has three possible outcomes: there are records,
// there are none, or nobody could tell. Lookup keeps them apart: an Answer says
// which of data, NODATA or NXDOMAIN holds at the end of the CNAME chain, and
// everything else (timeout, SERVFAIL, REFUSED, a bad reply) is an *Error.
//
// Live servers, proposed zones, patches and recordings are all Resolvers, so
// that one audit serves them all. Only this package and those below it know
// the wire format; checks see typed records.
package resolver
