// Package flatten rewrites an SPF policy so that it costs fewer DNS look-ups
// (RFC 7208 §4.6.4): own hosts and own records become plain networks.
//
// A receiver gives up on a record after ten terms that ask the DNS, and nobody
// passes any more. Flattening asks these questions beforehand and writes down
// the answers: the shortest list of networks that gives every address the
// result that it was meant to have, cut into records that fit into a DNS
// answer. What a vendor can change stays an include, what depends on the
// message stays a term. The result is proven: laid over the DNS, it is compared
// with the old policy for every address of IPv4 and IPv6.
package flatten
