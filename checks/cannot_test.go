package checks_test

import (
	"testing"

	"mailauth/checks"
	"mailauth/resolver"
)

// Why a fix cannot be tried is told by a code, so that every language has words
// for it.
func TestReasonOfAFixThatCannotBeTried(t *testing.T) {
	red := fakeDNS{txt: map[string]string{"example.jp.": "red"}}
	got := trialOf(t, red, checks.Fix{Edits: []resolver.Edit{edit("example.jp.", "pink", "green")}}, nil)
	if got.Reason == nil || got.Reason.Args["code"] != "nothing-to-remove" || got.Reason.Args["name"] != "example.jp." || got.Reason.Args["type"] != "TXT" ||
		got.Reason.Args["args"].(map[string]string)["found"] != `"pink"` {
		t.Errorf("the reason is %+v", got.Reason)
	}
	red.broken = map[string]bool{"shape.example.jp.": true}
	got = trialOf(t, red, checks.Fix{Edits: []resolver.Edit{edit("example.jp.", "red", "green"), edit("shape.example.jp.", "round", "square")}}, nil)
	if got.Reason == nil || got.Reason.Args["kind"] == nil || got.Reason.Args["name"] != "shape.example.jp." {
		t.Errorf("the reason is %+v", got.Reason)
	}
}
