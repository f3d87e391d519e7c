package provider

import "testing"

// BenchmarkBuiltin reads the table, as a run of the program does once.
func BenchmarkBuiltin(b *testing.B) {
	for b.Loop() {
		if _, err := readFolder(data); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkByInclude looks a name up that nobody knows.
func BenchmarkByInclude(b *testing.B) {
	t := Builtin()
	b.ReportAllocs()
	for b.Loop() {
		if t.ByInclude("_spf.example.co.jp.") != nil {
			b.Fatal("found")
		}
	}
}
