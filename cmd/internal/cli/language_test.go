package cli

import "testing"

func TestLanguage(t *testing.T) {
	tests := []struct {
		args []string
		env  map[string]string
		want string
	}{
		{nil, nil, "en"},
		{nil, map[string]string{"LANG": "ja_JP.UTF-8"}, "ja"},
		{nil, map[string]string{"LANG": "ja"}, "ja"},
		{nil, map[string]string{"LANG": "ja-JP"}, "ja"},
		{nil, map[string]string{"LANG": "JA_jp.eucJP"}, "ja"},
		{nil, map[string]string{"LANG": "C.UTF-8"}, "en"},
		{nil, map[string]string{"LANG": "de_DE.UTF-8"}, "en"},                                 // no such texts
		{nil, map[string]string{"LANG": "ja_JP.UTF-8", "LC_MESSAGES": "en_GB.UTF-8"}, "en"},   // messages before the rest
		{nil, map[string]string{"LC_MESSAGES": "en_GB.UTF-8", "LC_ALL": "ja_JP.UTF-8"}, "ja"}, // LC_ALL before all of them
		{nil, map[string]string{"LC_ALL": "ja_JP.UTF-8", "MAILAUTH_LANG": "en"}, "en"},
		{nil, map[string]string{"LC_ALL": "C", "LANG": "ja_JP.UTF-8"}, "en"}, // LC_ALL=C means it
		{[]string{"check", "--lang", "ja"}, map[string]string{"MAILAUTH_LANG": "en"}, "ja"},
		{[]string{"check", "--lang=ja"}, nil, "ja"},
		{[]string{"--lang=ja", "check", "--lang", "en"}, nil, "en"},          // the last one counts
		{[]string{"check", "--", "--lang=ja"}, nil, "en"},                    // an argument
		{[]string{"check", "--lang"}, map[string]string{"LANG": "ja"}, "ja"}, // to say that the value is missing
	}
	for _, tt := range tests {
		got := language(tt.args, func(name string) string { return tt.env[name] }, []string{"en", "ja"})
		if got != tt.want {
			t.Errorf("%q with %v: got %s, want %s", tt.args, tt.env, got, tt.want)
		}
	}
}
