package bimi

import (
	"mailauth/checks"
	"mailauth/resolver"
)

// Facts is what is known of a domain's logo.
type Facts struct {
	// Found says whether there is a record that receivers use, the domain's own
	// or its organizational domain's.
	Found checks.Tri `json:"found"`
	// Owner is the name of that record, Domain the domain that it is for, Text
	// its text.
	Owner  string          `json:"owner,omitempty"`
	Domain string          `json:"-"`
	Text   string          `json:"record,omitempty"`
	Record *Record         `json:"-"`
	RR     resolver.Record `json:"-"`
	// Several are the records at that name where there is more than one: then
	// receivers use none.
	Several []resolver.Record `json:"-"`
	// Meant are texts at the names asked that were meant to be records.
	Meant []resolver.Record `json:"-"`
	// Logo is the document at l, Evidence the one at a; nil if the record names
	// none.
	Logo     *Logo     `json:"logo,omitempty"`
	Evidence *Evidence `json:"certificate,omitempty"`
}

// Document is what fetching came to.
type Document struct {
	URL string `json:"url"`
	// Known says that it is decided what the document is. Problem then says why
	// there is none, empty if there is.
	Known   bool    `json:"known"`
	Problem Problem `json:"problem,omitempty"`
	// Status is that of the last response, Redirects how many were followed.
	Status int `json:"status,omitempty"`
	body   []byte
}

// Problem says why a document cannot be had by anybody.
type Problem string

// The problems.
const (
	Missing      Problem = "missing"       // 404 or 410
	NoHost       Problem = "no-host"       // the host has no address
	PrivateHost  Problem = "private-host"  // only addresses that the Internet does not route
	BadTLS       Problem = "tls"           // the certificate or the name does not verify
	TooLarge     Problem = "too-large"     // far beyond what receivers read
	PlainText    Problem = "plain-http"    // it leads to a URL without TLS
	RedirectLoop Problem = "redirect-loop" // it leads on and on
)

// OK reports that there is a document.
func (d Document) OK() bool { return d.Known && d.Problem == "" }

// Logo is the document that l names.
type Logo struct {
	Document
	// Bytes is the size in octets, uncompressed.
	Bytes int `json:"bytes,omitempty"`
	// Faults are what is wrong with it.
	Faults []SVGFault `json:"faults,omitempty"`
	image  []byte     // uncompressed
}

// Evidence is the document that a names.
type Evidence struct {
	Document
	Chain
}
