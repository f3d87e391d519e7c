// Package dnstest is the DNS (RFC 1034, RFC 1035) for tests.
//
// Start runs a name server in the test's own process, on UDP and TCP (and on
// request over TLS and HTTPS) at a loopback address, from zones; Fault makes it
// drop, delay, refuse, truncate or lie. Sleepy and Faulty do the like to any
// Resolver without sockets.
package dnstest
