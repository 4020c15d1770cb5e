package demo

// german tells the personas' stories in German.
var german = map[string]Telling{
	"reporter": {"Hat in Berlin fünf Plätze eines Git-Kurses gekauft und verfolgt, wer vorankommt.", [3]string{
		"„Benutzer“ öffnen: zwei Lernende, und eine Einladung, die getrennt gezählt wird.",
		"Auf dem Überblick landen und einer Zahl zur Liste dahinter folgen.",
		"Eine Kennung in der Adresse ändern: Was ihr nicht gehört, wird nicht gefunden.",
	}},
	"reporter-of-two": {"Berichtet über zwei Käufe von Around the Horn; vier Personen gehören zu beiden.", [3]string{
		"Die Benutzer nach Kauf filtern und sehen, wie sich die Liste ändert.",
		"Zwei Personen namens Oliver Smith finden und unterscheiden.",
		"In der Matrix sehen, dass Lernende des einen Kaufs nichts vom anderen zeigen.",
	}},
	"transferred-away": {"Hat das Rust-Programm gekauft und die Reporterrolle einer Kollegin übergeben.", [3]string{
		"Nach „Benutzer“ suchen: Die Seite ist mit der Rolle gegangen.",
		"„Mein Lernen“ öffnen: Die eigenen Kurse sind noch da.",
		"Zu Astrid Lindqvist wechseln, die jetzt berichtet.",
	}},
	"new-reporter": {"Lernt Rust und berichtet seit der Übergabe über ihre ganze Firma.", [3]string{
		"Sich selbst unter den Lernenden des Kaufs finden.",
		"Die Karte einer lernenden Person öffnen: Dort steht nur das gekaufte Programm.",
		"Die Matrix nach Aktivitäten und nach Programmen vergleichen.",
	}},
	"reporter-of-ended": {"Der gekaufte Zugang endete vor drei Wochen; das Erreichte bleibt lesbar.", [3]string{
		"„Benutzer“ öffnen: Zunächst steht dort niemand.",
		"Den Filter „Platz: beendet“ wählen und fünf Lernende sehen.",
		"„Mein Lernen“ öffnen: Seine eigenen Kurse laufen weiter.",
	}},
	"buyer": {"Lernt wie alle und hat Plätze für andere gekauft; über ihren ersten Kauf berichtet niemand.", [3]string{
		"„Meine Lizenzen“ öffnen und jemanden zu einem freien Platz einladen.",
		"Ihren zweiten Kauf ansehen: Ihre Reporterrolle wartet, weil die Grenze erreicht war.",
		"„Mein Lernen“ öffnen und einen Kurs als erledigt markieren.",
	}},
	"invited": {"Hanna Moos hat ihm einen Platz angeboten; geantwortet hat er noch nicht.", [3]string{
		"„Mein Lernen“ öffnen: Das Angebot sagt, bis wann es gilt und wer seinen Fortschritt sehen wird.",
		"Es annehmen und den Kurs unter den eigenen finden.",
		"Zu Hanna Moos wechseln: Ein Platz mehr ist eingelöst.",
	}},
	"organization-administrator": {"Leitet die Northwind Academy: alle Personen, alle Inhalte, aber keine Kundenorganisation.", [3]string{
		"„Lizenzen“ öffnen: Eine ist voll, eine ohne Reporter, eine wartet an der Grenze.",
		"„Individuelle Vereinbarungen“ öffnen und den Entwurf aktivieren, nach der Vorschau, was daraus wird.",
		"Im Dashboard beginnen und öffnen, was überfällig ist: Die Liste nennt dieselbe Zahl.",
	}},
	"organization-reports-only": {"Sieht den Fortschritt der ganzen Schule und kann nichts daran ändern.", [3]string{
		"Die Trainingsmatrix öffnen: dieselben Zahlen wie bei Steven Buchanan.",
		"Nach der Seite „Benutzer“ suchen: Es gibt sie nicht.",
		"Die gefilterte Matrix als CSV-Datei mitnehmen.",
	}},
	"multiple-location-administrator": {"Verantwortet ganz Amerika, bis zum letzten Ort.", [3]string{
		"Auf jeder Seite sehen, wie viele ihrer Lernenden gezeigt werden.",
		"Nach einem Land filtern, dann nach einer seiner Städte.",
		"Eine lernende Person in Berlin suchen: nicht gefunden.",
	}},
	"multiple-location-reports-only": {"Liest die Berichte von ganz Europa.", [3]string{
		"Die Trainingsmatrix öffnen und nach einem Land filtern.",
		"Mit Margaret Peacock vergleichen, die nur London hat.",
		"Etwas zum Bearbeiten suchen: Es gibt nichts.",
	}},
	"local-administrator": {"Betreut die Lernenden in London und an keinem anderen Ort.", [3]string{
		"„Benutzer“ öffnen: Alle leben in London.",
		"Die Karte einer lernenden Person öffnen und alle ihre Kurse sehen.",
		"Zu Andrew Fuller wechseln und die Zahlen vergleichen.",
	}},
	"local-reports-only": {"Liest die Berichte von Berlin.", [3]string{
		"Die Trainingsmatrix öffnen: nur Lernende in Berlin.",
		"Nach Status filtern und zusehen, wie die Summen folgen.",
		"„Mein Lernen“ öffnen: die eigene Seite wie bei allen.",
	}},
	"master-administrator": {"Steht der Schule und ihren beiden Kundenorganisationen vor.", [3]string{
		"Lernende von Ernst Handel und Save-a-lot Markets unter den eigenen sehen.",
		"„Lizenzen“ öffnen und Plätze, offene, eingelöste und freie lesen.",
		"Auf Arabisch umstellen und sehen, wie sich die Seite dreht.",
	}},
	"master-reports-only": {"Liest die Berichte der Schule und ihrer Kunden.", [3]string{
		"Die Trainingsmatrix öffnen: Lernende aller drei Organisationen.",
		"Nach „abgeschlossen“ filtern, dann nach „läuft bald ab“.",
		"Nach „Lizenzen“ suchen: nicht mit einer Rolle, die nur Berichte sieht.",
	}},
	"learner-manager": {"Wurde in die Gruppe der Lernmanager aufgenommen; mehr war nicht nötig.", [3]string{
		"„Verwaltung“ und dort „Teams“ öffnen: eines anlegen, Leute aufnehmen und sehen, wer sie dann noch sieht.",
		"Sein Team „Folk och fä HB“ mit dessen Auswertungen öffnen und die drei Berichte mitnehmen.",
		"Jemanden einladen oder einen Kurs ändern wollen: Dafür gibt es hier nichts.",
	}},
	"account-executive": {"Eine Lernmanagerin, deren eigene Gruppe auch einschreiben und austragen darf.", [3]string{
		"Unter „Benutzer“ einige auswählen und in einen Kurs einschreiben, nach einem Blick auf jede Zeile.",
		"„Accounts of Robert King“ öffnen, das er für zwei Monate mit ihr teilt.",
		"Ihre Gruppe mit der der Lernmanager vergleichen: eine Richtlinie mehr.",
	}},
	"company-manager": {"Arbeitet bei Folk och fä HB; eine Richtlinie zeigt ihr das Team ihrer Firma und keinen Namen mehr.", [3]string{
		"Auf jeder Seite die Lernenden zählen: Es sind die ihres Teams.",
		"Robert King oder eine andere Firma suchen: Niemand wird gefunden.",
		"Die Auswertungen des Teams ansehen und die Berichte mitnehmen.",
	}},
	"custom-role": {"Hat eine Rolle, die die Schule selbst geschaffen hat, für Frankreich und drei Wochen.", [3]string{
		"Sehen, wer in Frankreich lernt und wie weit – und sonst nichts.",
		"„Wer sieht was“ öffnen: die Rolle, wer sie gab, warum und bis wann.",
		"Einen Knopf suchen, der Berichte mitnimmt: Diese Rolle hat keinen.",
	}},
	"client-administrator": {"Leitet Save-a-lot Markets, eine Kundenorganisation der Schule mit eigenen Leuten, Farben und Regeln.", [3]string{
		"Benutzer öffnen: Niemand von Northwind Academy ist dabei.",
		"Die Farbe in den Einstellungen ändern: Jede Seite folgt.",
		"Das Protokoll öffnen, nachdem Andrew Fuller hier war: Es nennt seine Organisation.",
	}},
	"student": {"Belegt sechs Kurse in sechs Stadien und sieht niemanden als sich selbst.", [3]string{
		"„Mein Lernen“ öffnen: erledigt, fällig, überfällig und noch offen.",
		"Einen kurzen Kurs als erledigt markieren.",
		"Den eigenen Aktivitätsbericht als CSV-Datei mitnehmen.",
	}},
	"two-accounts": {"Lernt an der Northwind Academy und bei ihrer Firma Ernst Handel, mit einem Passwort.", [3]string{
		"Nach dem Anmelden eine Organisation wählen.",
		"Den Umschalter benutzen und andere Kurse sehen.",
		"Im Profil eine ihrer Sitzungen beenden.",
	}},
}
