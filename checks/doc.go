// Package checks audits the DNS records by which mail authenticates.
//
// A Check looks facts up and judges them against its Rules; Audit runs a list
// of checks over one resolver, tries the fixes that the findings propose, and
// returns a Report. Reports are plain data in no human language: the texts live
// in checks/catalog. Protocols have packages of their own below this one.
//
// A question that nobody answered is never evidence. The audit raises
// dns-tempfail for it, with the rules that it blocks.
package checks
