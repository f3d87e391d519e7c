package resolver_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"mailauth/resolver"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// writtenRecording has an entry of every form, as Write writes it.
const writtenRecording = `{
  "version": 1,
  "tool": "mailauth 1.0.0",
  "recorded_at": "2026-05-20T09:00:00Z",
  "resolver": "192.0.2.53:53",
  "seed": 18446744073709551615,
  "domains": [
    "example.co.jp",
    "日本語.jp"
  ],
  "answers": [
    {
      "name": "_dmarc.example.co.jp.",
      "type": "TXT",
      "error": "timeout",
      "server": "192.0.2.53:53",
      "detail": "no reply in 10 s"
    },
    {
      "name": "example.co.jp.",
      "type": "MX",
      "status": "data",
      "records": [
        "example.co.jp. 3600 IN MX 10 mail.example.co.jp.",
        "example.co.jp. 300 IN MX 20 backup.example.net."
      ],
      "ttl": 300,
      "source": "192.0.2.53:53"
    },
    {
      "name": "example.co.jp.",
      "type": "TXT",
      "status": "data",
      "records": [
        "example.co.jp. 3600 IN TXT \"google-site-verification=<a&b>\"",
        "example.co.jp. 3600 IN TXT \"v=spf1 ip4:192.0.2.0/24 \" \"include:_spf.example.net -all\""
      ],
      "ttl": 3600,
      "authentic": true,
      "source": "192.0.2.53:53"
    },
    {
      "name": "gone.example.co.jp.",
      "type": "A",
      "status": "NXDOMAIN",
      "ttl": 900,
      "source": "192.0.2.53:53"
    },
    {
      "name": "sel1._domainkey.example.co.jp.",
      "type": "TXT",
      "status": "NXDOMAIN",
      "chain": [
        "sel1._domainkey.example.co.jp. 300 IN CNAME sel1.keys.example.net.",
        "keys.example.net. 300 IN DNAME keys.example.com.",
        "sel1.keys.example.net. 300 IN CNAME sel1.keys.example.com."
      ],
      "ttl": 300,
      "source": "192.0.2.53:53"
    },
    {
      "name": "www.example.co.jp.",
      "type": "MX",
      "status": "NODATA",
      "ttl": 0,
      "source": "192.0.2.53:53"
    }
  ],
  "exchanges": [
    {
      "query": {
        "name": "example.co.jp.",
        "type": "SOA",
        "server": "192.0.2.2:53",
        "flags": [
          "rd"
        ]
      },
      "error": "REFUSED",
      "server": "192.0.2.2:53"
    },
    {
      "query": {
        "name": "example.co.jp.",
        "type": "DNSKEY",
        "server": "192.0.2.1:53",
        "net": "tcp",
        "flags": [
          "do",
          "cd"
        ]
      },
      "reply": {
        "rcode": "NXDOMAIN",
        "flags": [
          "aa",
          "ad"
        ],
        "authority": [
          "example.co.jp. 900 IN SOA ns1.example.co.jp. hostmaster.example.co.jp. 2026052001 3600 900 604800 900"
        ],
        "ede": [
          9,
          22
        ],
        "size": 512,
        "server": "192.0.2.1:53",
        "net": "tcp"
      }
    }
  ],
  "names": [
    {
      "below": "example.co.jp.",
      "names": [
        "example.co.jp.",
        "www.example.co.jp."
      ],
      "complete": true
    }
  ],
  "fetches": [
    {
      "url": "https://a.example.co.jp/logo.svg",
      "accept": "image/svg+xml",
      "status": 301,
      "header": {
        "Location": [
          "https://b.example.co.jp/logo.svg"
        ]
      },
      "body_base64": "/wA=",
      "tls": "TLS 1.2",
      "address": "192.0.2.80:443"
    },
    {
      "url": "https://mta-sts.example.co.jp/.well-known/mta-sts.txt",
      "status": 200,
      "header": {
        "Content-Type": [
          "text/plain"
        ]
      },
      "body": "version: STSv1\r\nmode: testing\r\n",
      "tls": "TLS 1.3",
      "address": "192.0.2.80:443"
    },
    {
      "url": "https://mta-sts.example.net/.well-known/mta-sts.txt",
      "error": "dns",
      "detail": "mta-sts.example.net. A: SERVFAIL",
      "dns": {
        "name": "mta-sts.example.net.",
        "type": "A",
        "error": "SERVFAIL",
        "server": "192.0.2.53:53"
      }
    }
  ]
}
`

func readRecording(t *testing.T, text string) *resolver.Recording {
	t.Helper()
	rec, err := resolver.ReadRecording(strings.NewReader(text), "s.json")
	if err != nil {
		t.Fatalf("ReadRecording: %v", err)
	}
	return rec
}

func written(t *testing.T, rec *resolver.Recording) string {
	t.Helper()
	var out bytes.Buffer
	if err := rec.Write(&out); err != nil {
		t.Fatalf("Write: %v", err)
	}
	return out.String()
}

func TestRecordingText(t *testing.T) {
	rec := readRecording(t, writtenRecording)
	if diff := cmp.Diff(writtenRecording, written(t, rec)); diff != "" {
		t.Errorf("read and written again (-want +got):\n%s", diff)
	}
	want := []string{"v=spf1 ip4:192.0.2.0/24 ", "include:_spf.example.net -all"}
	if got := rec.Answers[2].Answer.Records[1].Data; !cmp.Equal(got, resolver.TXT{Strings: want}) {
		t.Errorf("strings %v, want %q with their boundary", got, want)
	}
	if alias := rec.Answers[4].Answer; !alias.OwnerExists || alias.Canonical() != "sel1.keys.example.com." {
		t.Errorf("an alias without target: OwnerExists %v, canonical %s; want true, sel1.keys.example.com.", alias.OwnerExists, alias.Canonical())
	}
	if gone := rec.Answers[3].Answer; gone.OwnerExists || gone.Status != resolver.NXDomain {
		t.Errorf("gone.example.co.jp.: OwnerExists %v, %v; want false, NXDOMAIN", gone.OwnerExists, gone.Status)
	}
	if want := time.Date(2026, 5, 20, 9, 0, 0, 0, time.UTC); !rec.RecordedAt.Equal(want) {
		t.Errorf("RecordedAt %v, want %v", rec.RecordedAt, want)
	}
}

// withAnswer is a recording with one answer in it.
func withAnswer(entry string) string {
	return `{"version":1,"recorded_at":"2026-05-20T18:00:00+09:00","answers":[` + entry + `]}`
}

func TestRecordingEditedByHand(t *testing.T) {
	q := resolver.Question{Name: "example.co.jp.", Type: resolver.TypeTXT}
	text := func(name, s string, ttl uint32) resolver.Record {
		return resolver.Record{Name: name, TTL: ttl, Data: resolver.TXT{Strings: []string{s}}}
	}
	alias := resolver.Record{Name: q.Name, TTL: 60, Data: resolver.CNAME{Target: "b.example.net."}}
	tests := []struct {
		why, entry string
		want       resolver.Answer
	}{
		{"no status, no TTL, another case, no dot at the end", `{"name":"Example.CO.jp","type":"txt","records":["EXAMPLE.co.jp. 1h in txt v=spf1"]}`,
			resolver.Answer{Question: q, Status: resolver.Data, OwnerExists: true, TTL: 3600, Records: []resolver.Record{text(q.Name, "v=spf1", 3600)}}},
		{"records in any order", `{"name":"example.co.jp.","type":"TXT","records":["example.co.jp. 60 IN TXT \"b\"","example.co.jp. 30 IN TXT \"a\""]}`,
			resolver.Answer{Question: q, Status: resolver.Data, OwnerExists: true, TTL: 30, Records: []resolver.Record{text(q.Name, "a", 30), text(q.Name, "b", 60)}}},
		{"the TTL given wins", `{"name":"example.co.jp.","type":"TXT","ttl":5,"records":["example.co.jp. 60 IN TXT \"b\""]}`,
			resolver.Answer{Question: q, Status: resolver.Data, OwnerExists: true, TTL: 5, Records: []resolver.Record{text(q.Name, "b", 60)}}},
		{"the least TTL of chain and records", `{"name":"example.co.jp.","type":"TXT","chain":["example.co.jp. 60 IN CNAME b.example.net."],"records":["b.example.net. 90 IN TXT \"b\""]}`,
			resolver.Answer{Question: q, Status: resolver.Data, OwnerExists: true, TTL: 60, Chain: []resolver.Record{alias}, Records: []resolver.Record{text("b.example.net.", "b", 90)}}},
		{"a type by number", `{"name":"example.co.jp.","type":"TYPE16","status":"NODATA"}`,
			resolver.Answer{Question: q, Status: resolver.NoData, OwnerExists: true}},
	}
	for _, test := range tests {
		t.Run(test.why, func(t *testing.T) {
			rec := readRecording(t, withAnswer(test.entry))
			if diff := cmp.Diff(test.want, rec.Answers[0].Answer); diff != "" {
				t.Errorf("answer (-want +got):\n%s", diff)
			}
			if got := rec.RecordedAt.Format(time.RFC3339); got != "2026-05-20T09:00:00Z" {
				t.Errorf("recorded at %s, want it in UTC", got)
			}
		})
	}
}

func FuzzRecording(f *testing.F) {
	f.Add([]byte(writtenRecording))
	for _, entry := range []string{
		`{"name":"Example.CO.jp","type":"txt","records":["EXAMPLE.co.jp. 1h in txt v=spf1 \"\\255\\\"\""]}`,
		`{"name":"*.example.jp","type":"TYPE65","records":["*.example.jp. 60 IN TYPE65 1 . alpn=h2"]}`,
		`{"name":"a\\.b.example.","type":"CAA","records":["a\\.b.example. 0 IN CAA 0 issue \"ca.example.net; policy=ev\""]}`,
		`{"name":".","type":"SPF","status":"NODATA","detail":"","ttl":4294967295}`,
		`{"name":"a.example.","type":"SRV","records":["a.example. 2147483647 IN SRV 0 0 0 ."],"source":"\ud800"}`,
		`{"name":"a.example.","type":"TXT","records":["a.example. 1 IN TXT \\# 3 026162"]}`,
		`{"name":"a.example.","type":"A","records":["a.example. 1 IN A 192.0.2.1"]}`,
		`null`,
	} {
		f.Add([]byte(withAnswer(entry)))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		rec, err := resolver.ReadRecording(bytes.NewReader(data), "fuzz.json")
		if err != nil {
			if strings.ContainsAny(err.Error(), "\n\r\x1b") {
				t.Fatalf("error text %q has control characters", err)
			}
			return
		}
		text := written(t, rec)
		again, err := resolver.ReadRecording(strings.NewReader(text), "again.json")
		if err != nil {
			t.Fatalf("what was written cannot be read: %v\n%s", err, text)
		}
		if diff := cmp.Diff(rec, again, cmpopts.EquateEmpty(), sameAddress); diff != "" {
			t.Fatalf("Read∘Write is not the identity (-first +again):\n%s\n%s", diff, text)
		}
		if second := written(t, again); second != text {
			t.Fatalf("written twice:\n%s\n%s", text, second)
		}
	})
}
