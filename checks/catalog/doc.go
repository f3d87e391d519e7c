// Package catalog holds what the program says to people, in English and Japanese.
//
// Findings are ids with arguments; here are their texts. Each language has a
// folder of TOML files, each rule a table in one of them: title, message,
// effect, mend, and where it helps about and note. A text is a text/template
// whose placeholders are the arguments; texts that count have the plural forms
// of the language. The audit does not import this package, renderers do.
package catalog
