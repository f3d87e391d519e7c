// Package report shows what an audit found: as text for a terminal, as JSON
// for programs.
//
// Build turns a checks.Report into a Report in one language, plain data in the
// shape of the JSON schema (docs/report.schema.json). Every renderer works on
// that, so that a saved report can be shown again in another format. Whatever
// comes from the DNS was written by strangers: nothing of it reaches a terminal
// before its control characters are spelled out.
package report
