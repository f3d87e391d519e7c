package all_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"mailauth/resolver"
	"mailauth/resolver/zone"
)

// Public keys of throw-away pairs.
const (
	rsa2048 = "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAq4ZrrDYei2c3B+dDpD2vmtKxUKIBg1Ik8vkmLZFjC8S+n/LZIqMs3fg8iiWhVZPZmuiH+MU7Pn6gW+8IxEm6rcTpOz3CvPJcW0NQj3ctaaS2iN6WPxX9qTckBfizU5paJZjjwwZnisWCSVu+cKEWM0jg1wwKEwXLlNtK/9qm5pEbhu3YnZ3ZjkF6e4D+2sMQnXrQ7lKvMUSCSwTbKZSvRodXGXin+lXabgSF/u2B5GfmFdJDVEbCihTiZoh8tCvP+qxuzIJszEWII1Tig6Xy8uMc0DsFpAM1CT2cDEtswQD3/Fj6PjKEwnP17+n3zeCIh8jkgDfvoRX1wvuZEx8KPwIDAQAB"
	rsa1024 = "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDAYhuB/9ThiuzmpNnxyYC1mB+fqQGlNuo/uiO2o9rO3NHGCL1AU+lxHauHYTzjnXQhsnnqnaaXkST49qjgjgnvInR5yXNSCiet4wKQr+L7pdXHmKbx4/YcjALUlO30TbrZv55/H9iGoUJ2IKYXO4Y7Ar92yTbqNxaBS5T4TbOl1wIDAQAB"
	ed25519 = "qaXDcqOYh4oA5kTt4snAJzY/av6vl8YGgrLbj0XRW3Q="
)

// digest is what a TLSA record says of a key.
const digest = "b7b7b7b7b7b7b7b7b7b7b7b7b7b7b7b7b7b7b7b7b7b7b7b7b7b7b7b7b7b7b7b7"

// world is a small random piece of the DNS around one domain.
type world struct {
	text   strings.Builder // of example.co.jp
	extern strings.Builder // of example.net, a provider
	rng    *rand.Rand
}

// pick writes one of the texts into the zone, each as probable as the others.
func (w *world) pick(to *strings.Builder, texts ...string) {
	to.WriteString(texts[w.rng.IntN(len(texts))] + "\n")
}

// sometimes writes the line with a probability of 1 in n.
func (w *world) sometimes(n int, line string) {
	if w.rng.IntN(n) == 0 {
		w.text.WriteString(line + "\n")
	}
}

// randomZones makes a world: what people publish, the good and the bad, in
// combinations that nobody thought of.
func randomZones(t testing.TB, seed uint64) []*resolver.Zone {
	t.Helper()
	w := &world{rng: rand.New(rand.NewPCG(seed, 7))}
	w.spf()
	w.mx()
	w.dmarc()
	w.dkim()
	w.provider()
	w.bimi()
	w.caa()
	w.transport()
	reverse := []string{"25 PTR mail.example.co.jp.", "25 PTR host-192-0-2-25.pool.example.net.", "25 PTR nowhere.example.", ""}[w.rng.IntN(4)]
	return append(append(append(
		parseZone(t, "example.co.jp.", w.text.String()),
		parseZone(t, "example.net.", w.extern.String())...),
		parseZone(t, "2.0.192.in-addr.arpa.", reverse)...), services(t)...)
}

// services are the zones of providers whose names stand in the random records.
func services(t testing.TB) (zones []*resolver.Zone) {
	for _, z := range [][2]string{
		{"google.com.", "_spf TXT \"v=spf1 ip4:198.51.100.0/26 ~all\"\nsmtp A 198.51.100.40"},
		{"gmail.com.", `@ TXT "v=spf1 redirect=_spf.google.com"`},
		{"outlook.com.", "spf.protection TXT \"v=spf1 ip4:198.51.100.64/26 -all\"\nexample-co-jp.mail.protection A 198.51.100.41"},
		{"zendesk.com.", `mail TXT "v=spf1 ip4:198.51.100.200 -all"`},
		{"amazonses.com.", `@ TXT "v=spf1 ip4:198.51.100.201 -all"`},
		{"hdems.com.", `spf.mta TXT "v=spf1 ip4:198.51.100.202 -all"`},
		{"dynect.net.", `spf TXT "v=spf1 ip4:198.51.100.203 -all"`},
	} {
		zones = append(zones, parseZone(t, z[0], z[1])...)
	}
	return zones
}

func parseZone(t testing.TB, apex, text string) []*resolver.Zone {
	t.Helper()
	head := fmt.Sprintf("$ORIGIN %s\n$TTL 3600\n@ IN SOA ns.registrar.example. hostmaster.registrar.example. 1 7200 900 1209600 3600\n@ IN NS ns.registrar.example.\n@ IN NS ns2.registrar.example.\n", apex)
	zones, err := zone.Parse(apex+"zone", strings.NewReader(head+text), zone.Options{})
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return zones
}

func (w *world) spf() {
	w.pick(&w.text,
		``,
		`@ TXT "v=spf1 mx -all"`,
		`@ TXT "v=spf1 ip4:192.0.2.25 include:_spf.example.net ~all"`,
		`@ TXT "v=spf1 a mx include:_a.example.net include:_b.example.net -all"`,
		`@ TXT "v=spf1 redirect=_spf.example.net"`,
		`@ TXT "v=spf1 include:_dead.example.net ?all"`,
		`@ TXT "v=spf1 ip4:192.0.2.0/8 +all"`,
		`@ TXT "v=spf1 include:_loop.example.net -all"`,
		`@ TXT "v=spf1 ipv4:192.0.2.25 -all"`,
		`@ TXT "v=spf1 mx a:gone.example.co.jp a:gone2.example.co.jp a:gone3.example.co.jp -all"`,
		`@ TXT "v=spf1 exists:%{i}._spf.example.net ptr -all"`,
		`@ TXT "v-spf1 ip4:192.0.2.25 mx -all"`,
		"@ TXT \"v=spf1 mx -all\"\n@ TXT \"v=spf1 a ~all\"",
		`@ TXT "v=spf1 -all"`,
		`@ SPF "v=spf1 mx -all"`,
		`_spf TXT "v=spf1 mx -all"`,
		`@ TXT "v=spf1 include:mail.example.co.jp a mx exp=exp.example.co.jp -all"`,
		`@ TXT "v=spf1 include:_big.example.net include:_a.example.net mx -all"`,
		`@ TXT "v=spf1 include:kagoya.net include:_own.example.co.jp -all"`,
		`@ TXT "v=spf1 mx include:_spf.google.com include:gmail.com ~all"`,
		`@ TXT "v=spf1 include:spf.protection.outlook.com -all"`,
		`@ TXT "v=spf1 a include:mail.zendesk.com include:amazonses.com include:spf.mta.hdems.com include:spf.dynect.net -all"`,
		`@ TXT "v=spf1 ip4:192.0.2.25 -all"`,
		`@ TXT "v=spf1 include:spf.protection.outlook.com mx -all"`,
	)
	w.sometimes(4, `@ TXT "google-site-verification=abcdefghij"`)
	w.sometimes(12, `@ TXT "password: correcthorse"`)
	w.sometimes(8, `* TXT "v=spf1 -all"`)
	w.sometimes(6, `mail TXT "v=spf1 a -all"`)
	w.sometimes(2, `_own TXT "v=spf1 redirect=spf.mandrillapp.com"`)
	w.sometimes(8, `news MX 10 mail`)
}

func (w *world) mx() {
	w.pick(&w.text,
		``, ``,
		`@ MX 10 mail`,
		"@ MX 10 mail\n@ MX 20 backup",
		`@ MX 0 .`,
		"@ MX 0 .\n@ MX 10 mail",
		`@ MX 10 alias`,
		`@ MX 10 inside`,
		`@ MX 10 mx.unregistered.jp.`,
		`@ MX 10 192.0.2.25.`,
		`@ MX 10 gateway.example.net.`,
		"@ MX 10 mail\n@ MX 20 localhost.",
		"@ MX 10 mgws1.kagoya.net.", // a provider that has a selector of its own
		"@ MX 1 smtp.google.com.",
		"@ MX 0 example-co-jp.mail.protection.outlook.com.",
		"@ MX 0 example-co-jp.mail.protection.outlook.com.\n@ MX 5 mail",
		"@ MX 10 mail\n@ MX 10 mail2\n@ MX 20 mail",
		"@ MX 10 mail\n@ MX 20 backup\nautodiscover CNAME gone.example.net.\n_imaps._tcp SRV 0 1 993 imap",
		"@ MX 10 a.iphmx.com.\n@ MX 20 gateway.example.net.",
	)
	host := []string{`mail A 192.0.2.25`, "mail A 192.0.2.25\nmail AAAA 2001:db8::25", `mail AAAA 2001:db8::25`, `mail2 A 192.0.2.27`}
	w.pick(&w.text, host...)
	w.text.WriteString("backup A 192.0.2.26\nalias CNAME mail\ninside A 10.0.0.5\n")
	w.sometimes(3, `_25._tcp.mail TLSA 3 1 1 `+digest)
	w.sometimes(8, `_25._tcp.mail TLSA 1 1 1 `+digest)
	w.sometimes(6, `_25._tcp.backup TLSA 3 0 1 `+digest)
	w.sometimes(8, `_25._tcp.alias CNAME _25._tcp.mail`)
	w.sometimes(2, `@ A 192.0.2.80`)
	w.sometimes(6, `@ A 104.16.132.229`)
	w.sometimes(8, `bounce MX 10 feedback-smtp.us-east-1.amazonses.com.`)
	w.sometimes(10, `* MX 10 mail`)
	w.sometimes(5, `@ AAAA 2001:db8::80`)
}

func (w *world) dmarc() {
	w.pick(&w.text,
		``, ``,
		`_dmarc TXT "v=DMARC1; p=none"`,
		`_dmarc TXT "v=DMARC1; p=none; rua=mailto:d@example.co.jp"`,
		`_dmarc TXT "v=DMARC1; p=reject; rua=mailto:d@example.net"`,
		`_dmarc TXT "v=DMARC1; p=quarantine; adkim=s; rua=mailto:d@nowhere.example"`,
		`_dmarc TXT "v=DMARC1; p=reject; sp=none; pct=50"`,
		`_dmarc 604800 TXT "v=DMARC1; rua=mailto:d@example.co.jp!10m,mailto:e@example.net,https://example.co.jp/r; p=none; t=y; ruf=mailto:f@example.net"`,
		`_dmarc TXT "v=DMARC1; p=quarantine; psd=n; aspf=s; rua=mailto:d@example.net; ruf=mailto:f@nowhere.example,mailto:g@example.net"`,
		`_dmarc TXT "v=dmarc1; p=reject"`,
		"_dmarc TXT \"v=DMARC1; p=none\"\n_dmarc TXT \"v=DMARC1; p=reject\"",
		`_dmarc TXT "v=DMARC1 p=none"`,
		`_dmarc CNAME _dmarc.example.net.`,
		`_dmarc TXT "v=spf1 -all"`,
		`@ TXT "v=DMARC1; p=reject"`,
		`dmarc TXT "v=DMARC1; p=reject"`,
	)
	w.sometimes(6, `_dmarc.news TXT "v=DMARC1; p=none; sp=none"`)
}

func (w *world) dkim() {
	for _, selector := range []string{"default", "s1", "google", "2024", "kagoya", "mte1"} {
		if w.rng.IntN(3) > 0 {
			continue
		}
		w.pick(&w.text,
			key(selector, "v=DKIM1; k=rsa; p="+rsa2048),
			key(selector, "v=DKIM1; k=rsa; p="+rsa1024),
			key(selector, "v=DKIM1; k=ed25519; p="+ed25519),
			key(selector, "v=DKIM1; p="),
			key(selector, "v=DKIM1; t=y; p="+rsa2048),
			key(selector, "k=rsa; p=AAAA"),
			key(selector, "t=s; g=*; x=1; p="+rsa2048),
			selector+"._domainkey CNAME key.example.net.",
			selector+"._domainkey CNAME gone.example.net.",
			selector+"._domainkey A 192.0.2.1",
		)
	}
	w.sometimes(12, `*._domainkey TXT "v=DKIM1; p="`)
	w.sometimes(8, `_domainkey TXT "o=~"`)
	w.sometimes(8, `_adsp._domainkey TXT "dkim=unknown"`)
	w.sometimes(6, `selector1._domainkey CNAME selector1-example-co-jp._domainkey.tenant.onmicrosoft.com.`)
	w.sometimes(6, `selector2._domainkey CNAME selector2-example-co-jp._domainkey.tenant.onmicrosoft.com.`)
}

func key(selector, text string) string {
	return selector + "._domainkey TXT " + resolver.NewTXT(text).String()
}

// transport publishes MTA-STS and TLS reporting. The policies themselves are in
// randomWeb.
func (w *world) transport() {
	w.pick(&w.text,
		``, ``,
		`_mta-sts TXT "v=STSv1; id=20260520;"`,
		`_mta-sts TXT "v=STSv1; id=20260520;"`,
		"_mta-sts TXT \"v=STSv1; id=20260520;\"\n_mta-sts TXT \"v=STSv1; id=20250101;\"",
		`_mta-sts TXT "v=STSv1; id=2026-05-20"`,
		`_mta-sts TXT "v=stsv1; id=1"`,
		`_mta-sts TXT "v=spf1 -all"`,
		`_mta-sts CNAME _mta-sts.example.net.`,
	)
	w.pick(&w.text, ``, `mta-sts A 192.0.2.80`, `mta-sts A 192.0.2.80`, "mta-sts A 192.0.2.80\nmta-sts AAAA 2001:db8::80", `mta-sts CNAME gateway.example.net.`, `mta-sts CNAME gone.example.net.`)
	w.pick(&w.text,
		``, ``,
		`_smtp._tls TXT "v=TLSRPTv1; rua=mailto:tls@example.co.jp"`,
		`_smtp._tls TXT "v=TLSRPTv1; rua=tls@example.co.jp,https://example.net/tls"`,
		`_smtp._tls TXT "v=TLSRPTv1; mailto:tls@example.co.jp"`,
		"_smtp._tls TXT \"v=TLSRPTv1; rua=mailto:a@example.co.jp\"\n_smtp._tls TXT \"v=TLSRPTv1; rua=mailto:b@example.co.jp\"",
		`_smtp._tls CNAME gone.example.net.`,
	)
	w.pick(&w.extern, `_mta-sts TXT "v=STSv1; id=hosted1;"`, ``)
}

func (w *world) provider() {
	w.pick(&w.extern, `_spf TXT "v=spf1 include:_a.example.net include:_b.example.net -all"`, `_spf TXT "v=spf1 ip4:198.51.100.0/24 ~all"`, `_spf TXT "v=spf1 +all"`, ``)
	w.pick(&w.extern, `_a TXT "v=spf1 ip4:198.51.100.0/25 a:gateway.example.net -all"`, `_a TXT "v=spf1 mx:example.net -all"`, `_a CNAME _b`)
	w.pick(&w.extern, `_b TXT "v=spf1 ip4:198.51.100.128/25 -all"`, `_b TXT "v=spf1 moo -all"`, "_b TXT \"v=spf1 -all\"\n_b TXT \"v=spf1 ~all\"")
	w.extern.WriteString(`_loop TXT "v=spf1 include:_loop2.example.net -all"` + "\n" + `_loop2 TXT "v=spf1 include:_loop.example.net -all"` + "\n")
	w.extern.WriteString(`_big TXT "v=spf1 a a:gateway.example.net mx a:x1.example.net a:x2.example.net include:_a.example.net include:_b.example.net exists:%{i}.x.example.net -all"` + "\n")
	w.extern.WriteString("gateway A 198.51.100.25\ngateway AAAA 2001:db8:1::25\n@ MX 10 gateway\n@ A 198.51.100.80\n")
	w.pick(&w.extern, `_dmarc TXT "v=DMARC1; p=reject; rua=mailto:d@example.net"`, ``)
	w.pick(&w.extern, `*._report._dmarc TXT "v=DMARC1"`, `example.co.jp._report._dmarc TXT "v=DMARC1; rua=mailto:all@example.net"`, ``)
	w.pick(&w.extern, "key TXT "+resolver.NewTXT("v=DKIM1; k=rsa; p="+rsa2048).String(), `key TXT "x"`, ``)
}

func (w *world) bimi() {
	const img = "https://img.example.co.jp/"
	w.pick(&w.text,
		``, ``, ``,
		`default._bimi TXT "v=BIMI1; l=`+img+`logo.svg"`,
		`default._bimi TXT "v=BIMI1; l=`+img+`wide.svg; a=`+img+`mark.pem"`,
		`default._bimi TXT "v=BIMI1; l=`+img+`old.svg; a=https://nowhere.example.co.jp/mark.pem; avp=none"`,
		`default._bimi TXT "v=BIMI1; l=`+img+`moved.svg"`,
		`default._bimi TXT "v=BIMI1; l=`+img+`gone.svg"`,
		`default._bimi TXT "v=BIMI1; l=http://img.example.co.jp/logo.svg"`,
		`default._bimi TXT "v=BIMI1; l=; a="`,
		`default._bimi TXT "v=bimi1; l=`+img+`logo.svg"`,
		"default._bimi TXT \"v=BIMI1; l=\"\ndefault._bimi TXT \"v=BIMI1; l="+img+"logo.svg\"",
		`default._bimi CNAME logo.example.net.`,
	)
}

func (w *world) caa() {
	w.pick(&w.text,
		``, ``,
		`@ CAA 0 issue "ca.example.net"`,
		"@ CAA 0 issue \";\"\n@ CAA 0 issuemail \"ca.example.net\"",
		`@ CAA 0 iodef "mailto:pki@example.co.jp"`,
		"@ CAA 0 issue \"digicert.com\"\n@ CAA 0 issuewild \";\"",
		"@ CAA 0 issue \"digicert.com\"\nmta-sts CAA 0 issue \"letsencrypt.org\"",
	)
}
