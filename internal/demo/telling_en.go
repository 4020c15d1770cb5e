package demo

// english tells the personas' stories in English.
var english = map[string]Telling{
	"reporter": {"Bought five seats of a Git course in Berlin and follows who gets on.", [3]string{
		"Open Users: two learners, and one invitation counted apart.",
		"Land on the Overview and follow a figure to the list behind it.",
		"Change an id in the address: what is not hers is not found.",
	}},
	"reporter-of-two": {"Reports on two purchases of Around the Horn; four people hold both.", [3]string{
		"Filter Users by purchase and see the list change.",
		"Find two people called Oliver Smith and tell them apart.",
		"In the matrix, see that a learner of one purchase shows nothing of the other.",
	}},
	"transferred-away": {"Bought the Rust program and handed the reporter's role to a colleague.", [3]string{
		"Look for Users: it is gone with the role.",
		"Open My learning: her own courses are still there.",
		"Switch to Astrid Lindqvist, who reports now.",
	}},
	"new-reporter": {"Learns Rust and has reported on her whole company since the transfer.", [3]string{
		"Find herself among the learners of the purchase.",
		"Open a learner's card: only the purchased program stands there.",
		"Compare the matrix by activities and by programs.",
	}},
	"reporter-of-ended": {"The access that he bought ended three weeks ago; what was reached stays readable.", [3]string{
		"Open Users: nobody is listed by default.",
		"Choose the filter Seat: ended and see five learners.",
		"Open My learning: his own courses go on.",
	}},
	"buyer": {"Learns like everybody and bought seats for others; nobody reports on her first purchase.", [3]string{
		"Open My licenses and invite a colleague to one of the free seats.",
		"Look at her second purchase: her reporter’s role waits since the limit was met.",
		"Open My learning and mark a course as done.",
	}},
	"invited": {"Hanna Moos has offered him a seat, and he has not answered yet.", [3]string{
		"Open My learning: the offer says until when, and who will see his progress.",
		"Accept it and find the course among his own.",
		"Switch to Hanna Moos: one seat more is redeemed.",
	}},
	"organization-administrator": {"Runs Northwind Academy: everybody, everything, but no client organization.", [3]string{
		"Open Licenses: one is full, one has no reporter, one waits at the limit.",
		"Open Custom Deals: activate the draft, after the preview of what becomes of it.",
		"Land on the Dashboard and open what is overdue: the list has the same number.",
	}},
	"organization-reports-only": {"Sees the whole school's progress and can change none of it.", [3]string{
		"Open Training Matrix: the same figures as Steven Buchanan's.",
		"Look for a page of Users: it is not there.",
		"Take the filtered matrix away as a CSV file.",
	}},
	"multiple-location-administrator": {"Answers for the Americas, at every depth below.", [3]string{
		"See on each page how many of her learners are shown.",
		"Filter by a country, then by one of its cities.",
		"Look for a learner in Berlin: not found.",
	}},
	"multiple-location-reports-only": {"Reads the reports of all of Europe.", [3]string{
		"Open Training Matrix and filter by a country.",
		"Compare with Margaret Peacock, who has London alone.",
		"Look for a control that edits: there is none.",
	}},
	"local-administrator": {"Looks after the learners of London, and of no other place.", [3]string{
		"Open Users: everybody lives in London.",
		"Open a learner's card and see all their courses.",
		"Switch to Andrew Fuller and compare the numbers.",
	}},
	"local-reports-only": {"Reads the reports of Berlin.", [3]string{
		"Open Training Matrix: only learners in Berlin.",
		"Filter by state and watch the totals follow.",
		"Open My learning: his own page as for everybody.",
	}},
	"master-administrator": {"Heads the school and its two client organizations.", [3]string{
		"See learners of Ernst Handel and Save-a-lot Markets among his own.",
		"Open Licenses and read seats, pending, redeemed and free.",
		"Switch the language to Arabic and see the page turn.",
	}},
	"master-reports-only": {"Reads the reports of the school and of its clients.", [3]string{
		"Open Training Matrix: learners of all three organizations.",
		"Filter by completed, then by expires soon.",
		"Look for Licenses: not with a role for reports only.",
	}},
	"learner-manager": {"Was added to the group Learner managers; nothing else was needed.", [3]string{
		"Open Management, then Teams: create one, add people, see who else will see them.",
		"Open his team Folk och fä HB and its analytics, and take the three reports away.",
		"Look for a way to invite somebody, or to change a course: there is none.",
	}},
	"account-executive": {"A learner manager whose own group may also enroll people and withdraw them.", [3]string{
		"Choose some people in Users and enroll them in a course, after a look at each.",
		"Open Accounts of Robert King, which he shares with her for two months.",
		"Compare her group with Learner managers: one policy more.",
	}},
	"company-manager": {"Works at Folk och fä HB; one policy shows her the team of her company and not one name more.", [3]string{
		"Count the learners on any page: those of her team.",
		"Search for Robert King or another company: nobody is found.",
		"See the analytics of the team, and take the reports away.",
	}},
	"custom-role": {"Holds a role that the school made itself, for France and for three weeks.", [3]string{
		"See who lives in France, their progress and nothing more.",
		"Open Who can see what: the role, who gave it, why and until when.",
		"Look for a button that takes a report away: the role has none.",
	}},
	"client-administrator": {"Runs Save-a-lot Markets, a client of the school with its own people, color and rules.", [3]string{
		"Open Users: nobody of Northwind Academy is there.",
		"Change the color in Tenant Settings and see every page follow.",
		"Open the audit log after Andrew Fuller was here: it names his organization.",
	}},
	"student": {"Takes six courses at six stages and sees nobody but herself.", [3]string{
		"Open My learning: done, due, overdue and still to come.",
		"Mark a short course as done.",
		"Take her own activity report away as a CSV file.",
	}},
	"two-accounts": {"Learns at Northwind Academy and at her employer Ernst Handel, with one password.", [3]string{
		"Choose an organization after signing in.",
		"Use the switcher and see other courses.",
		"End one of her sessions in the profile.",
	}},
}
