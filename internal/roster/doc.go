package roster

import (
	"fmt"
	"io"
	"strings"
)

// WriteFiles writes what the files of a bundle hold as Markdown, for docs/import.md.
func WriteFiles(to io.Writer) error {
	for _, f := range files {
		fmt.Fprintf(to, "\n### %s\n\n%s", f.Name, f.Means)
		if len(f.Key) > 0 {
			fmt.Fprintf(to, " One row for each %s.", "`"+strings.Join(f.Key, "` and `")+"`")
		}
		fmt.Fprint(to, "\n\n| column | cell | means |\n| --- | --- | --- |\n")
		for _, c := range f.Columns {
			needed := ""
			if c.Needed {
				needed = ", never empty"
			}
			if _, err := fmt.Fprintf(to, "| `%s` | %s%s | %s |\n", c.Name, c.looks(), needed, c.Means); err != nil {
				return err
			}
		}
	}
	return nil
}

// looks says what a cell of the column looks like.
func (c Column) looks() string {
	switch c.Kind {
	case Key:
		return "your id, up to 200 characters"
	case Reference:
		if c.Refers == Product {
			return "id of an activity or a program"
		}
		if c.Refers == Activity {
			return "id of an activity"
		}
		return "id of a " + string(c.Refers)
	case Address:
		return "e-mail address"
	case Choice:
		return strings.Join(c.Choices, ", ")
	case Instant:
		return "date or instant"
	case Date:
		return "date"
	case Whole:
		return fmt.Sprintf("whole number from %d to %d", c.Least, c.Most)
	case Points:
		return "number with up to two decimals"
	case Flag:
		return "true or false"
	}
	return fmt.Sprintf("text, up to %d characters", c.Most)
}
