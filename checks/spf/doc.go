// Package spf reads and judges Sender Policy Framework records, RFC 7208.
//
// A domain says in one TXT record which hosts may send mail with its name in
// the envelope (MAIL FROM, or HELO when that is empty). A receiver reads the
// record from left to right until a mechanism matches the client's address;
// the mechanism's qualifier is the result. No record is "none", and a record
// with a mistake anywhere is "permerror": nobody is authorised by it.
//
// The package has three layers. The language (record.go, term.go, macro.go,
// parse*.go) turns text into terms with their places and never touches the
// network; the doctor and the mender (doctor*.go, mend*.go) know what people
// write by mistake and what they meant; on them stand the expansion of the tree
// and the rules.
package spf
