package bimi

import (
	"bytes"
	"compress/gzip"
	"slices"
	"strings"
	"testing"
)

func faultsOf(document string) (kinds []SVGFaultKind) {
	for _, f := range InspectSVG([]byte(document)) {
		kinds = append(kinds, f.Kind)
	}
	return kinds
}

func TestInspectSVG(t *testing.T) {
	// body puts elements into a good document.
	body := func(elements string) string {
		return strings.Replace(goodLogo, "</title>", "</title>"+elements, 1)
	}
	root := func(old, new string) string { return strings.Replace(goodLogo, old, new, 1) }
	tests := []struct {
		document string
		want     []SVGFaultKind
		why      string
	}{
		{goodLogo, nil, "as demanded"},
		{"\ufeff" + goodLogo, nil, "a byte order mark"},
		{root("viewBox=", "xmlns:xlink=\"http://www.w3.org/1999/xlink\" viewBox="), nil, "a namespace is no reference"},
		{body(`<defs><linearGradient id="g"><stop offset="0" stop-color="red"/></linearGradient></defs><rect x="1" y="1" width="3" height="4" fill="url(#g)"/>`), nil, "references within the document, x and y elsewhere"},
		{root(`?>`, `?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">`), nil, "a document type declares nothing"},
		{root("tiny-ps", "tiny"), []SVGFaultKind{WrongProfile}, "SVG Tiny"},
		{root(`baseProfile="tiny-ps" `, ""), []SVGFaultKind{WrongProfile}, "no profile"},
		{root(`version="1.2"`, `version="1.1"`), []SVGFaultKind{WrongVersion}, "SVG 1.1"},
		{root("Example Shoten", " "), []SVGFaultKind{NoTitle}, "an empty title"},
		{root("<title>Example Shoten</title>", "<g><title>Example Shoten</title></g>"), []SVGFaultKind{NoTitle}, "a title of something else"},
		{root("viewBox=", `x="0" viewBox=`), []SVGFaultKind{RootPosition}, "x on the root"},
		{root("0 0 64 64", "0,0,64,32"), []SVGFaultKind{NotSquare}, "two to one, with commas"},
		{root(`viewBox="0 0 64 64"`, `width="100px" height="50px"`), []SVGFaultKind{NotSquare}, "its size says so"},
		{root(`viewBox="0 0 64 64"`, `width="100%" height="50%"`), nil, "a size that depends"},
		{body("<script>1</script>"), []SVGFaultKind{Forbidden}, "a script"},
		{body("<g><g><SCRIPT/></g></g>"), []SVGFaultKind{Forbidden}, "hidden, and in capital letters"},
		{body(`<metadata><x:set xmlns:x="https://example.net/ns"/></metadata>`), nil, "another namespace's word"},
		{body(`<animate attributeName="fill"/>`), []SVGFaultKind{Forbidden}, "an animation"},
		{body(`<image href="#x"/>`), []SVGFaultKind{Forbidden}, "a picture"},
		{body(`<rect onclick="x()"/>`), []SVGFaultKind{EventHandler}, "an event"},
		{body(`<use xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="https://example.net/x.svg#a"/>`), []SVGFaultKind{ExternalRef}, "a reference out of the document"},
		{body(`<rect style="fill: URL( 'https://example.net/x.svg#a' )"/>`), []SVGFaultKind{ExternalRef}, "the same in a style"},
		{body("<!--" + strings.Repeat("x", 40000) + "-->"), []SVGFaultKind{TooManyBytes}, "too large"},
		{`<svg xmlns="http://www.w3.org/2000/svg" width="2" height="1" x="1"><script/></svg>`, []SVGFaultKind{Forbidden, WrongProfile, WrongVersion, NoTitle, RootPosition, NotSquare}, "everything at once"},
		{`<svg version="1.2" baseProfile="tiny-ps"><title>x</title></svg>`, []SVGFaultKind{NotSVGRoot}, "not in the namespace of SVG"},
		{"<html><body>404</body></html>", []SVGFaultKind{NotSVGRoot}, "a web page"},
		{"", []SVGFaultKind{NotXML}, "nothing"},
		{strings.Replace(root("Example Shoten", "Caf\xe9"), "UTF-8", "ISO-8859-1", 1), []SVGFaultKind{NotUTF8}, "another encoding"},
		{strings.Replace(goodLogo, "UTF-8", "ISO-8859-1", 1), nil, "another encoding, with nothing but ASCII"},
		{root("Example Shoten", "Caf\xe9"), []SVGFaultKind{NotXML}, "an octet that UTF-8 does not have"},
		{"PNG", []SVGFaultKind{NotXML}, "no markup"},
		{"<svg", []SVGFaultKind{NotXML}, "cut off"},
		{strings.Repeat("<g>", 1000), []SVGFaultKind{NotXML}, "too deep"},
		{`<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "x"><!ENTITY b "&a;&a;">]><svg xmlns="http://www.w3.org/2000/svg" version="1.2" baseProfile="tiny-ps"><title>&b;</title></svg>`, []SVGFaultKind{Entities}, "a bomb: nothing is expanded"},
		{`<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY ns "http://www.w3.org/2000/svg">]>` + goodLogo[39:], []SVGFaultKind{Entities}, "declared and not used"},
	}
	for _, test := range tests {
		if got := faultsOf(test.document); !slices.Equal(got, test.want) {
			t.Errorf("%s: got %v, want %v", test.why, got, test.want)
		}
	}
}

func TestReadLogoUnpacks(t *testing.T) {
	pack := func(text string) []byte {
		var packed bytes.Buffer
		z := gzip.NewWriter(&packed)
		if _, err := z.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		return packed.Bytes()
	}
	tests := []struct {
		body []byte
		want []SVGFaultKind
		why  string
	}{
		{pack(goodLogo), nil, "an SVGZ document"},
		{pack(goodLogo)[:40], []SVGFaultKind{NotXML}, "cut off"},
		{pack(goodLogo + strings.Repeat(" ", 40000)), nil, "small enough as it is fetched"},
		{pack(strings.Repeat(" ", maxDocument*4)), []SVGFaultKind{NotXML}, "a bomb"},
	}
	for _, test := range tests {
		var got []SVGFaultKind
		for _, f := range readLogo(Document{Known: true, body: test.body}).Faults {
			got = append(got, f.Kind)
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: got %v, want %v", test.why, got, test.want)
		}
	}
}

func FuzzInspectSVG(f *testing.F) {
	f.Add([]byte(goodLogo))
	f.Add([]byte(`<!DOCTYPE svg [<!ENTITY a "x">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>`))
	f.Add([]byte(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 NaN 1e999"><a href="url("/></svg>`))
	f.Fuzz(func(t *testing.T, document []byte) {
		seen := map[SVGFaultKind]bool{}
		for _, fault := range InspectSVG(document) {
			if seen[fault.Kind] {
				t.Errorf("%s is told twice", fault.Kind)
			}
			seen[fault.Kind] = true
		}
	})
}
