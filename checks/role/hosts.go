package role

import (
	"slices"

	"mailauth/resolver"
)

// mailboxHosts are the domains of MX hosts at platforms that hold mailboxes:
// whoever has mailboxes there sends from there. Inbound gateways are not among
// them; they say nothing about sending.
var mailboxHosts = []string{
	"google.com.", "googlemail.com.", // Google Workspace
	"mail.protection.outlook.com.", "mx.microsoft.", // Microsoft 365
	"mail.icloud.com.",                  // iCloud custom domains
	"zoho.com.", "zoho.eu.", "zoho.jp.", // Zoho Mail
	"messagingengine.com.", // Fastmail
	"protonmail.ch.",       // Proton Mail
	"worksmobile.com.",     // LINE WORKS
}

// returnPathHosts are the domains of hosts that take the bounces of a sending
// service on behalf of its customers.
var returnPathHosts = []string{"amazonses.com."}

// isBelowAny matches on label boundaries.
func isBelowAny(host string, domains []string) bool {
	return slices.ContainsFunc(domains, func(d string) bool { return resolver.IsSubdomain(host, d) })
}
