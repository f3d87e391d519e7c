// Package spftest has the public test suites of SPF (RFC 7208) for tests: worlds
// of DNS records, calls of check_host() on them and the results that they must
// have.
//
// The suites lie outside this project, in the folder that MAILAUTH_TESTDATA
// names and in the module of another implementation; tests skip without them.
package spftest
