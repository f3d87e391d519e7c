package report

import (
	"encoding/json"
	"os"
	"slices"
	"testing"
)

func readSchema(t *testing.T, file string) map[string]any {
	t.Helper()
	text, err := os.ReadFile("../../../docs/" + file)
	if err != nil {
		t.Fatal(err)
	}
	var document map[string]any
	if err := json.Unmarshal(text, &document); err != nil {
		t.Fatal(err)
	}
	return document
}

// Every object of the schema is closed, so that a field that it does not
// describe fails the tests. The facts of a check are open below their top, and
// evidence is closed where it is used.
func TestSchemaIsClosed(t *testing.T) {
	var walk func(path string, v any)
	walk = func(path string, v any) {
		switch v := v.(type) {
		case []any:
			for _, item := range v {
				walk(path, item)
			}
		case map[string]any:
			_, described := v["properties"]
			_, additional := v["additionalProperties"]
			_, unevaluated := v["unevaluatedProperties"]
			if described && v["type"] == "object" && !additional && !unevaluated && path != "/$defs/evidence" {
				t.Errorf("%s is open", path)
			}
			for key, item := range v {
				walk(path+"/"+key, item)
			}
		}
	}
	for _, file := range []string{"report.schema.json", "tree.schema.json", "networks.schema.json", "flatten.schema.json"} {
		walk("", readSchema(t, file))
	}
}

// What a check has found out is described by name; every description is of
// something that some scenario has.
func TestSchemaDescribesFacts(t *testing.T) {
	described := map[string][]string{}
	for _, rule := range readSchema(t, "report.schema.json")["$defs"].(map[string]any)["check"].(map[string]any)["allOf"].([]any) {
		r := rule.(map[string]any)
		name := r["if"].(map[string]any)["properties"].(map[string]any)["name"].(map[string]any)["const"].(string)
		facts := r["then"].(map[string]any)["properties"].(map[string]any)["facts"].(map[string]any)
		for key := range facts["properties"].(map[string]any) {
			described[name] = append(described[name], key)
		}
	}
	seen := map[string][]string{}
	for scenario, r := range scenarioReports(t) {
		for _, c := range r.Checks {
			text, err := json.Marshal(c.Facts)
			if err != nil {
				t.Fatal(err)
			}
			var facts map[string]any
			if err := json.Unmarshal(text, &facts); err != nil {
				t.Fatal(err)
			}
			for key := range facts {
				if seen[c.Name] = append(seen[c.Name], key); !slices.Contains(described[c.Name], key) {
					t.Errorf("%s: the schema does not describe %q of %s", scenario, key, c.Name)
				}
			}
		}
	}
	for name, keys := range described {
		for _, key := range keys {
			if !slices.Contains(seen[name], key) {
				t.Errorf("no scenario has %q of %s", key, name)
			}
		}
	}
}
