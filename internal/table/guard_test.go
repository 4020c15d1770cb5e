package table

import "testing"

func TestGuard(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"", ""},
		{"Ann", "Ann"},
		{"=1+1", "'=1+1"},
		{"+49 30", "'+49 30"},
		{"-", "'-"},
		{"@SUM(A1)", "'@SUM(A1)"},
		{"\t=1", "'\t=1"},
		{"\r=1", "'\r=1"},
		{"\n=1", "'\n=1"},
		{"＝1", "'＝1"},
		{"＋1", "'＋1"},
		{"－1", "'－1"},
		{"＠1", "'＠1"},
		{"  =1", "'  =1"},
		{"\u200b=1", "'\u200b=1"},
		{"\ufeff=1", "'\ufeff=1"},
		{"\u00a0＝1", "'\u00a0＝1"},
		{"'t Hooft", "'t Hooft"},
		{"'", "'"},
		{"'=1", "''=1"},
		{"a=1", "a=1"},
		{"10-20%", "10-20%"},
		{"\u200fمحمد", "\u200fمحمد"},
	} {
		if got := Guard(tt.text); got != tt.want {
			t.Errorf("Guard(%q) = %q, want %q", tt.text, got, tt.want)
		}
		if got := Unguard(tt.want); got != tt.text {
			t.Errorf("Unguard(%q) = %q, want %q", tt.want, got, tt.text)
		}
	}
}

func FuzzGuard(f *testing.F) {
	for _, s := range []string{"=1", "'=1", "''", "'\xff=", " ＝", "\x00@"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		guarded := Guard(s)
		if back := Unguard(guarded); back != s {
			t.Errorf("Unguard(Guard(%q)) = %q", s, back)
		}
		if guarded != "" && guarded == s && misleads(s) {
			t.Errorf("%q is left as it is", s)
		}
	})
}
