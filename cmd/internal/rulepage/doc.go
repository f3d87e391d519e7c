// Package rulepage makes the page about a rule: what it means, what receivers
// do, a record that raises it with what the program says, the record in order,
// and how to get there.
//
// A page is Markdown, made of the catalogue and of the rule's scenario, so that
// what it shows is what the program does. The pages lie in docs/rules and
// docs/ja/rules, and `mailauth explain` prints the same text.
package rulepage
