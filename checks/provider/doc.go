// Package provider knows who is behind a DNS name: the companies that hold
// mailboxes, filter mail on its way in or out, or send it for others. Records
// that point to them (RFC 7208 include, RFC 5321 MX, RFC 6376 keys) name nobody;
// a table of their names does.
//
// For an administrator that says whose service a record stands for, and which
// DKIM selectors are worth asking for. Every row of the table has its evidence:
// where the facts come from and of which date. A user's own file extends it.
package provider
