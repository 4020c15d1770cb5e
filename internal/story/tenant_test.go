package story

import (
	"net/http"
	"net/url"
	"strings"
)

// settles is Steven's story: he changes how the school presents itself, is told
// of a wrong color, and as a second editor undoes nothing unseen.
func settles(b *browser) {
	b.meant = []string{"422 (Unprocessable"}
	b.signIn("organization-administrator")
	b.open("/o/northwind/settings")
	b.sees("Tenant Settings")
	field := func(name string) string {
		return ask[string](b, `document.querySelector("main [name=`+name+`]").value`)
	}
	opened, name, sender := field("version"), field("name"), field("mail_sender")
	const save = `main form[action$="/settings"] button[type=submit]`

	types(b, map[string]string{"accent": "#ffffff"})
	b.follow(save)
	is(b, "fields that are wrong", b.count(`main [name=accent][aria-invalid=true]`), 1)
	b.open("/o/northwind/settings")
	types(b, map[string]string{"mail_sender": "Northwind Courses"})
	b.follow(save)
	is(b, "the sender, saved", field("mail_sender"), "Northwind Courses")
	if field("version") == opened {
		b.Errorf("the settings have changed and their version has not")
	}
	late := url.Values{"version": {opened}, "name": {name}, "mail_sender": {"Somebody else"}, "time_zone": {field("time_zone")}, "locale": {field("locale")}}
	is(b, "status of saving what was opened before", b.post("/o/northwind/settings", late.Encode()), http.StatusUnprocessableEntity)
	b.open("/o/northwind/audit?action=organization.")
	b.sees("Steven Buchanan")
	b.open("/o/northwind/settings")
	is(b, "the sender after the second editor", field("mail_sender"), "Northwind Courses")
	types(b, map[string]string{"mail_sender": sender})
	b.follow(save)
	is(b, "the sender as it was", field("mail_sender"), sender)
}

// shutsClient is Andrew's story: he writes down another id for a client, shuts
// it for a while, and its administrator is told so until it is open again.
func shutsClient(b *browser) {
	b.meant = []string{forbidden, "422 (Unprocessable"}
	b.signIn("master-administrator")
	b.open("/o/northwind/clients?q=save-a-lot")
	is(b, "clients that the search finds", b.count("table.list tbody tr"), 1)
	b.follow("table.list tbody th a")
	client := b.at()
	is(b, "status of shutting without a reason", b.post(client+"/suspend", "reason="), http.StatusUnprocessableEntity)

	b.follow(`main a[href$="/edit"]`)
	before := ask[string](b, `document.querySelector("main [name=client_id]").value`)
	types(b, map[string]string{"client_id": "NW-STORY"})
	b.follow(`main form[method=post] button[type=submit]`)
	b.sees("NW-STORY")

	b.open(client + "/suspend")
	types(b, map[string]string{"reason": "Waits for a signature."})
	b.follow(`main form[method=post] button[type=submit]`)
	b.sees("Waits for a signature.")
	b.signIn("client-administrator")
	if said := b.text("body"); !strings.Contains(said, "is suspended") {
		b.Errorf("the client's administrator is not told that it is shut: %.300s", said)
	}

	b.signIn("master-administrator")
	b.open(client + "/reopen")
	b.follow(`main form[method=post] button[type=submit]`)
	b.follow(`main a[href$="/edit"]`)
	types(b, map[string]string{"client_id": before})
	b.follow(`main form[method=post] button[type=submit]`)
	b.signIn("client-administrator")
	is(b, "where the client's administrator lands again", b.at(), "/o/save-a-lot/dashboard")
}
