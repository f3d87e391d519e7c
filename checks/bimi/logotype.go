package bimi

import (
	"bytes"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/base64"
	"net/url"
	"strings"
)

type pkixExtension = pkix.Extension

var oidLogotype = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 1, 12} // id-pe-logotype, RFC 3709 §4.1

// logotypeVerdict says what a logotype extension came to.
type logotypeVerdict int

const (
	logotypeOther logotypeVerdict = iota // no embedded SVG that could be read
	logotypeGood
	logotypeHash // the embedded SVG does not have the hash beside it
)

// The types of RFC 3709 §4.1, as far as they are used here.
type (
	logotypeImage struct {
		Details logotypeDetails
		Info    asn1.RawValue `asn1:"optional"`
	}
	logotypeDetails struct {
		MediaType string `asn1:"ia5"`
		Hashes    []hashAlgAndValue
		URIs      []asn1.RawValue
	}
	hashAlgAndValue struct {
		Algorithm pkix.AlgorithmIdentifier
		Value     []byte
	}
)

// readLogotype takes the SVG out of a logotype extension: the subject's logo,
// embedded as a data: URL (RFC 3709 §4.1, RFC 6170 §4), packed or not.
func readLogotype(der []byte) (svg []byte, verdict logotypeVerdict) {
	var sequence asn1.RawValue
	if _, err := asn1.Unmarshal(der, &sequence); err != nil {
		return nil, logotypeOther
	}
	for rest := sequence.Bytes; len(rest) > 0; {
		var logo asn1.RawValue // communityLogos [0], issuerLogo [1], subjectLogo [2], otherLogos [3]
		var err error
		if rest, err = asn1.Unmarshal(rest, &logo); err != nil {
			return nil, logotypeOther
		}
		if logo.Class != asn1.ClassContextSpecific || logo.Tag != 2 {
			continue
		}
		return readDirect(logo.Bytes)
	}
	return nil, logotypeOther
}

// readDirect reads LogotypeInfo: direct [0] with its images.
func readDirect(der []byte) (svg []byte, verdict logotypeVerdict) {
	var direct, images asn1.RawValue
	if _, err := asn1.Unmarshal(der, &direct); err != nil || direct.Class != asn1.ClassContextSpecific || direct.Tag != 0 {
		return nil, logotypeOther
	}
	if _, err := asn1.Unmarshal(direct.Bytes, &images); err != nil || images.Class != asn1.ClassUniversal {
		return nil, logotypeOther
	}
	for rest := images.Bytes; len(rest) > 0; {
		var image logotypeImage
		var err error
		if rest, err = asn1.Unmarshal(rest, &image); err != nil {
			return nil, logotypeOther
		}
		for _, uri := range image.Details.URIs {
			if data, ok := dataURL(string(uri.Bytes)); ok {
				return embedded(data, image.Details.Hashes)
			}
		}
	}
	return nil, logotypeOther
}

// dataURL decodes a data: URL (RFC 2397).
func dataURL(text string) (data []byte, ok bool) {
	head, body, comma := strings.Cut(text, ",")
	if !comma || len(head) < 5 || !strings.EqualFold(head[:5], "data:") {
		return nil, false
	}
	plain, err := url.PathUnescape(body)
	if err != nil {
		return nil, false
	}
	if !strings.HasSuffix(strings.ToLower(head), ";base64") {
		return []byte(plain), true
	}
	plain = strings.Map(func(r rune) rune {
		if r == ' ' || r == '\r' || r == '\n' || r == '\t' {
			return -1
		}
		return r
	}, plain)
	data, err = base64.RawStdEncoding.DecodeString(strings.TrimRight(plain, "="))
	return data, err == nil
}

// embedded holds the document against its hashes. They are of what the URL
// gives, which is packed (RFC 6170 §5.2); one of the plain document is accepted.
func embedded(data []byte, hashes []hashAlgAndValue) (svg []byte, verdict logotypeVerdict) {
	svg, err := unpack(data)
	if err != nil {
		return nil, logotypeOther
	}
	verdict = logotypeGood
	for _, hash := range hashes {
		of, known := sums[hash.Algorithm.Algorithm.String()]
		if !known {
			continue
		}
		if bytes.Equal(of(data), hash.Value) || bytes.Equal(of(svg), hash.Value) {
			return svg, logotypeGood
		}
		verdict = logotypeHash
	}
	return svg, verdict
}

var sums = map[string]func([]byte) []byte{
	"1.3.14.3.2.26":          func(b []byte) []byte { s := sha1.Sum(b); return s[:] },
	"2.16.840.1.101.3.4.2.1": func(b []byte) []byte { s := sha256.Sum256(b); return s[:] },
	"2.16.840.1.101.3.4.2.2": func(b []byte) []byte { s := sha512.Sum384(b); return s[:] },
	"2.16.840.1.101.3.4.2.3": func(b []byte) []byte { s := sha512.Sum512(b); return s[:] },
}
