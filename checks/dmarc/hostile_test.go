package dmarc

import (
	"fmt"
	"strings"
	"testing"
)

// A record of thousands of pieces has no thousands of findings.
func TestHostileRecords(t *testing.T) {
	for why, piece := range map[string]func(i int) string{
		"unknown tags":            func(i int) string { return fmt.Sprintf("x%d=b;", i) },
		"one tag, again":          func(int) string { return "p=none;" },
		"one tag, contradicting":  func(i int) string { return fmt.Sprintf("p=n%d;", i) },
		"addresses, cut off":      func(i int) string { return fmt.Sprintf("mailto:a%d@b%d.example;", i, i) },
		"addresses without form":  func(i int) string { return fmt.Sprintf("rua=a%d;", i) },
		"separators of all kinds": func(int) string { return "sp:none, np=x\u202e " },
	} {
		text := "v=DMARC1; p=reject; rua=mailto:d@example.co.jp;"
		for i := 0; len(text) < 20000; i++ {
			text += piece(i)
		}
		report := auditDMARC(t, "example.co.jp.", policyServer(false, strings.TrimRight(text, " ")))
		if n := len(report.Findings); n == 0 || n > 100 {
			t.Errorf("%s: %d findings, want some and at most a hundred", why, n)
		}
	}
}
