package zone

// Codes lists the codes of Error beside resolver.FaultCodes, which it has too,
// so that a catalogue can be checked for all of them. Beside each stand the
// arguments that it has besides found.
func Codes() []string {
	return []string{
		"unreadable", // why, in English
		"paren-open", "paren-close",
		"file-large", // mib
		"utf16", "gzip", "html", "json", "binary",
		"no-record", "no-origin",
		"outside-zone", // name, apex
		"zone-twice",   // apex, other
		"folder-empty",
		"folder-large", // count, limit
		"directive", "directive-ttl", "origin-missing", "extra-field",
		"generate-fields", "generate-range", "generate-dollar",
		"generate-many", // limit
		"include-path", "include-no-folder", "include-itself",
		"include-deep", "include-many", // limit
		"include-outside",    // folder
		"include-unreadable", // folder, why
		"no-owner",
		"records-many", // limit
		"header-ttl-class-type", "header-ttl-type", "header-class-type", "header-type",
		"odd-space", // char, such as U+3000
	}
}

// HintCodes lists the codes of Error's hints.
func HintCodes() []string {
	return []string{"several-strings", "name-the-zone", "owner-at-start", "owner-left-out",
		"save-as-utf8", "unpack", "use-replay", "compile-zone"}
}
