package cli

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// complaintOf runs a command line that fails and returns what it says.
func complaintOf(t *testing.T, stdin string, args ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	if got := Run(context.Background(), args, strings.NewReader(stdin), &out, &errs); got != ExitUsage {
		t.Errorf("%v: exit status %d, want 2\n%s%s", args, got, &out, &errs)
	}
	return errs.String()
}

// englishWords are two words of English in a row. What stands in quotes, after
// a colon that ends a sentence of ours, or is a command, is data.
var englishWords = regexp.MustCompile(`\b[a-z]{3,} [a-z]{2,}\b`)

var quotedData = regexp.MustCompile(`「[^」]*」|"[^"]*"|mailauth [a-z]+|named-compilezone.*text`)

// Whatever is wrong with a zone is told in Japanese: the place, what is there,
// what has to be there, and what helps.
func TestZoneErrorsInJapanese(t *testing.T) {
	const o = "$ORIGIN example.jp.\n"
	for _, text := range []string{
		o + `@ TXT "v=spf1 -all`, o + "@ TXT (\"a\"\n \"b\"\n", o + "@ TXT \"a\" )\n", o + "@ TXT a\\", o + "@ TXT \"\\400\"",
		o + "@ IN A 192.0.2.300", o + "@ IN MX mail", o + "@ IN MX 10", o + "@ IN MX 10 mail backup", o + "@ IN", o + "@ TXT",
		o + "@ CH TXT a", o + "@ IN TXXT a", o + "@ 60 60 TXT a", o + "@ 4294967296 TXT a", o + "TXT \"v=spf1 -all\"",
		o + "@ TXT a\n www.example.jp. A 192.0.2.1", o + " TXT a", "www A 192.0.2.1", "example.jp. TXT a", o + "www.example.net. A 192.0.2.1",
		"", o + "; nothing\n", o + "a..b TXT x", o + "@\u3000IN TXT x", "$ORIGIN", "$ORIGIN example.jp. x", "$TTL 1y", "$DATE x", "$INCLUDE other.inc",
		o + "$GENERATE 1-2 h$ A", o + "$GENERATE 2-1 h$ A 192.0.2.$", o + "$GENERATE 0-70000 h$ A 192.0.2.1", o + "$GENERATE 1-2 h${0,0,q} A 192.0.2.$",
		"<!DOCTYPE html>\n<html>", "\n{\"version\":1}", "\xff\xfe@\x00", o + "ab\x00", o + "@ \x1b[31m TXT a",
		o + "@ AAAA 192.0.2.1", o + "@ NS", o + "@ SOA", o + "@ SOA a b 1 x", o + "@ SRV 1 2 3", o + "@ CNAME", o + "@ PTR", o + "@ DNAME",
		o + strings.Repeat("a", 64) + " TXT x", o + strings.Repeat("abcdefg.", 40) + " TXT x", o + `a\ TXT x`, o + "@ OPT x", o + "@ CAA",
	} {
		said := complaintOf(t, text, "check", "--lang", "ja", "--offline", "--zone", "-")
		lines := strings.Split(strings.TrimSuffix(said, "\n"), "\n")
		if len(lines) != 2 || !strings.HasPrefix(lines[0], "エラー: ") || !strings.Contains(lines[0], "stdin") || !strings.HasPrefix(lines[1], "ヒント: ") {
			t.Errorf("%q:\n%s", text, said)
		}
		if words := englishWords.FindString(quotedData.ReplaceAllString(said, "")); words != "" {
			t.Errorf("%q: %q is English in\n%s", text, words, said)
		}
	}
}

// Files that cannot be read, with their hints.
func TestFileErrorsInJapanese(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	const o = "$ORIGIN example.jp.\n"
	tests := []struct {
		why  string
		args []string
		want string
	}{
		{"no such zone", []string{"--zone", filepath.Join(dir, "no.zone")},
			"エラー: DIR/no.zone を読み込めません: ファイルまたはフォルダーがありません\nヒント: ファイル名とアクセス権を確認してください。\n"},
		{"no such recording", []string{"--replay", filepath.Join(dir, "no.json")},
			"エラー: DIR/no.json を読み込めません: ファイルまたはフォルダーがありません\nヒント: ファイル名とアクセス権を確認してください。\n"},
		{"an include that is not there", []string{"--zone", write("a.zone", o+"$INCLUDE no.inc\n")},
			"エラー: ゾーン DIR/a.zone:2 を読み込めません: DIR より下の no.inc を読み込めません(ファイルまたはフォルダーがありません)\nヒント: パスは、$INCLUDEを書いたファイルのフォルダーを基準にします。\n"},
		{"an include from elsewhere", []string{"--zone", write("b.zone", o+"$INCLUDE ../b.inc\n")},
			"エラー: ゾーン DIR/b.zone:2 を読み込めません: 「../b.inc」になっていますが、DIR より下にあるファイルが必要です\nヒント: $INCLUDEで読み込めるのは、ゾーンファイルのあるフォルダーとその下のファイルだけです。\n"},
		{"a folder without zones", []string{"--zone", t.TempDir()}, "ヒント: 別の名前のゾーンファイルは、--zone ファイル で1つずつ指定できます。\n"},
		{"a recording that is no JSON", []string{"--replay", write("a.json", `{"version": 1,`)},
			"エラー: 記録 DIR/a.json:1:14 を読み込めません: JSONとして読めません\n詳細: unexpected end of JSON input\nヒント: "},
		{"another recording", []string{"--replay", write("b.json", `{"version": 9}`)},
			"エラー: 記録 DIR/b.json: version を読み込めません: 「9」になっていますが、1が必要です\nヒント: この記録は別のバージョンのmailauthで作成されています。"},
		{"a recording with an error that nobody knows", []string{"--replay", write("c.json", `{"version":1,"recorded_at":"2026-05-20T09:00:00Z","answers":[{"name":"a.example.","type":"TXT","error":"tired"}]}`)},
			"エラー: 記録 DIR/c.json: answers[0].error を読み込めません: 「tired」になっていますが、次のどれか(\"timeout\""},
		{"a recording that is a folder", []string{"--replay", dir},
			"エラー: DIR を読み込めません: フォルダーです\nヒント: ファイル名とアクセス権を確認してください。\n"},
		{"a server", []string{"--resolver", "dns.example", "example.jp"},
			"エラー: 問い合わせ先を読み取れません: \"dns.example\" ではなく、IPアドレス"},
	}
	for _, tt := range tests {
		said := strings.ReplaceAll(complaintOf(t, "", append([]string{"check", "--lang", "ja"}, tt.args...)...), dir, "DIR")
		if !strings.Contains(said, tt.want) {
			t.Errorf("%s:\n%s\nwant\n%s", tt.why, said, tt.want)
		}
	}
}

// English says the same on two lines, with the hints of who knows best.
func TestFileErrorsInEnglish(t *testing.T) {
	dir := t.TempDir()
	zone := filepath.Join(dir, "a.zone")
	if err := os.WriteFile(zone, []byte("$ORIGIN example.jp.\n$INCLUDE /etc/passwd\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	said := complaintOf(t, "", "check", "--lang", "en", "--zone", zone)
	want := "error: " + zone + ":2: found /etc/passwd, expected a file below " + dir + "\nhint: $INCLUDE reads files in the folder of the zone file and below, not elsewhere.\n"
	if said != want {
		t.Errorf("got\n%swant\n%s", said, want)
	}
	if said := complaintOf(t, "", "check", "--lang", "en", "--zone", t.TempDir()); !strings.HasSuffix(said, "\nhint: a zone file of another name is given by itself: --zone FILE\n") {
		t.Errorf("a folder without zones: %s", said)
	}
}
