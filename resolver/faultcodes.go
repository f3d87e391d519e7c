package resolver

// FaultCodes lists the codes of NameError, FieldError, EditError and
// RecordingError, so that a catalogue can be checked for all of them. Beside
// each stand the arguments that it always has.
func FaultCodes() []string {
	return []string{
		// names: found, name; octets where a length is the matter
		"name-empty-label", "name-label-long", "name-long", "name-escape",
		"name-quoted", "name-relative", // found
		// text in master-file form
		"quote-open", "backslash-at-end",
		"char-outside-quotes", // char
		"escape",              // found
		"record-line",         // found
		"ttl", "class", "type",
		// the data of a record: found, empty at the record's end
		"ipv4", "ipv6", "name-server", "alias-target", "dname-target", "host-name", "mx-preference", "mx-host",
		"srv-priority", "srv-weight", "srv-port", "soa-primary", "soa-mailbox", "soa-serial", "soa-refresh", "soa-retry",
		"soa-expire", "soa-minimum", "text", "extra-data",
		"data",          // found, type; why in English, not at the record's end
		"type-not-data", // type
		// edits
		"nothing-to-remove", // found
		"below-dname",       // owner
		"from-wildcard",
		"cname-twice",       // count
		"cname-beside-data", // types
		"beside-cname",      // target
		// recordings
		"unreadable", "not-json", // why, in English
		"recording-large",                                                   // limit, in octets
		"version-missing",                                                   // version
		"version-other",                                                     // found, version
		"want-text", "want-bool", "want-list", "want-object", "want-number", // found, the kind of JSON value
		"unknown-field",  // found
		"twice",          // earlier, a path
		"time", "status", // found
		"error-kind", "flag", // found, list
		"error-beside-answer", "error-beside-response", "data-without-records",
		"status-beside-records",                      // found
		"chain-alias", "chain-dname", "record-owner", // found, name
		"chain-type",   // found
		"record-type",  // found, type
		"name-outside", // found, below
		"reply-or-error",
		"rcode", // found
		"url", "detail-without-error",
		"http-status", // found
		"body-twice", "dns-without-error",
		"certificate", // why, in English
		"tls-version", // found
	}
}

// HintCodes lists the codes of RecordingError's hints.
func HintCodes() []string { return []string{"not-a-recording", "other-release"} }
