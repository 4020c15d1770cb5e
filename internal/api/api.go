// Package api is the REST interface under /api/v1: the same services that the
// pages use, for programs. An operation is one value (operation.go) from which
// its route, the permission it asks for, the decoding of its input and its
// part of the OpenAPI document all come.
//
// It decides nothing: the server's guard has made the reach before an
// operation runs, and the services look at it. Answers are written from
// explicit structs, never from what is stored.
package api

import (
	"encoding/json"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/audit"
	"github.com/ambit-lms/ambit/internal/content"
	"github.com/ambit-lms/ambit/internal/invitation"
	"github.com/ambit-lms/ambit/internal/language"
	"github.com/ambit-lms/ambit/internal/learning"
	"github.com/ambit-lms/ambit/internal/license"
	"github.com/ambit-lms/ambit/internal/location"
	"github.com/ambit-lms/ambit/internal/management"
	"github.com/ambit-lms/ambit/internal/once"
	"github.com/ambit-lms/ambit/internal/org"
	"github.com/ambit-lms/ambit/internal/report"
	"github.com/ambit-lms/ambit/internal/server"
	"github.com/ambit-lms/ambit/internal/team"
)

// Prefix is where the operations live.
const Prefix = "/api/v1"

// Services are what the operations ask; all of them are needed.
type Services struct {
	Accounts    *account.Service
	Reports     *report.Service
	Runs        *report.Runs
	Content     *content.Service
	Learning    *learning.Service
	Licenses    *license.Service
	Redemptions *license.Redemptions
	Invitations *invitation.Service
	Management  *management.Service

	Organizations *org.Service
	Roles         *management.Roles
	Teams         *team.Service
	Groups        *management.Groups
	Policies      *management.Policies
	Audit         *audit.Service
	Locations     *location.Service
	Requests      *once.Service
}

// API is every operation with the document that describes them.
type API struct {
	ask      Services
	words    *language.Catalogue
	huma     huma.API
	routes   []server.Route
	document []byte
}

// New makes the operations over the services.
func New(s Services) (*API, error) {
	words, err := language.Load()
	if err != nil {
		return nil, err
	}
	a := &API{ask: s, words: words}
	a.huma = huma.NewAPI(configuration(), adapter{a})
	a.register()
	for _, theirs := range []string{"ErrorModel", "ErrorDetail"} { // failures are the server's (problemResponse)
		delete(a.huma.OpenAPI().Components.Schemas.Map(), theirs)
	}
	explainColumns(a.huma.OpenAPI().Components.Schemas.Map(), words)
	if err := a.illustrate(); err != nil {
		return nil, err
	}
	document, err := json.MarshalIndent(a.huma.OpenAPI(), "", "  ")
	if err != nil {
		return nil, err
	}
	a.document = append(document, '\n')
	a.routes = append(a.routes, server.Route{
		Pattern: "GET " + Prefix + "/openapi.json", Permission: access.Public, Handle: a.describe,
		Kind: server.API, Cache: server.Revalidate,
	})
	return a, nil
}

// register is the table of operations.
func (a *API) register() {
	get(a, "/me", access.SelfView, a.me, "Tells who asks, where, and what they may do")
	get(a, "/me/who-sees-me", access.SelfView, a.whoSeesMe, "Tells who can see the asker's learning, and who had files made that they are in")
	get(a, "/learners", access.LearnerView, a.listLearners, "Lists the learners in the asker's access")
	get(a, "/learners/{id}", access.LearnerView, a.openLearner, "Opens one learner, with their enrollments where the asker may see those")
	get(a, "/learners/{id}/viewers", access.AccessExplain, a.listViewers, "Lists who can see a learner, and by which ways")
	get(a, "/invitations", access.LearnerView, a.listInvitations, "Lists the pending seats of the asker's purchases, the newest first")
	get(a, "/activities", access.EnrollmentView, a.listActivities, "Lists the activities in the asker's access")
	create(a, "/activities", access.ActivityEdit, a.addActivity, "Puts a link into the Content Library")
	create(a, "/programs", access.ActivityEdit, a.addProgram, "Puts a program of activities into the Content Library")
	get(a, "/dashboard", access.ReportView, a.dashboard, "Adds up, for each activity, where the learners stand")
	get(a, "/matrix", access.MatrixView, a.matrix, "Reads a page of the training matrix")
	get(a, "/overview", access.ReportView, a.overview, "Adds up what the learners in the asker's access have done, over time and by activity")
	get(a, "/analytics/users", access.ReportView, a.userAnalytics, "Adds up a period beside the one before: what began, who took part, what was completed and what is at risk")
	get(a, "/analytics/activities", access.ReportView, a.activityAnalytics, "Adds up each activity in a period beside the one before")
	get(a, "/analytics/programs", access.ReportView, a.programAnalytics, "Adds up each program in a period beside the one before")
	get(a, "/analytics/teams", access.ReportView, a.teamAnalytics, "Puts the teams that the asker may list side by side")
	get(a, "/analytics/locations", access.ReportView, a.locationAnalytics, "Rolls the learners up to the places of one level of the tree")
	get(a, "/analytics/participation", access.ReportView, a.participationAnalytics, "Adds up who took part when")
	get(a, "/analytics/risk", access.ReportView, a.atRisk, "Lists the learners at risk with the reasons, the most urgent first")
	get(a, "/reports", access.SelfView, a.listReports, "Lists the reports that the asker can open, with their columns and filters")
	get(a, "/reports/own", access.SelfView, a.readOwnReport, "Reads a page of the asker's own activities")
	get(a, "/reports/{report}", access.ReportView, a.readReport, "Reads a page of a report's rows")
	post(a, "/reports/own/runs", access.SelfEdit, a.startOwnRun, "Has a file made of the asker's own activities")
	post(a, "/reports/{report}/runs", access.ReportExport, a.startRun, "Has a file made of a report")
	get(a, "/report-runs", access.SelfView, a.listRuns, "Lists the asker's own runs, the newest first")
	get(a, "/report-runs/{id}", access.SelfView, a.openRun, "Opens a run: how far it is, and what is in its file")
	stream(a, "/report-runs/{id}/file", access.SelfView, a.sendFile, "Sends the file of a run")
	remove(a, "/report-runs/{id}", access.SelfEdit, a.endRun, "Cancels a run that is not done, and deletes the file of one that is")
	get(a, "/purchases", access.LicenseView, a.listPurchases, "Lists license purchases, the newest first")
	create(a, "/purchases", access.LicenseSell, a.sell, "Sells licenses: makes a purchase for a buyer, who may be new")
	get(a, "/purchases/{id}", access.LicenseView, a.openPurchase, "Opens one license purchase")
	get(a, "/purchases/{id}/seats", access.LicenseView, a.listSeats, "Lists the seats of a purchase in the order they were assigned")
	create(a, "/purchases/{id}/seats", access.SeatAssign, a.assignSeats, "Assigns seats to one person or to many, each with a letter")
	create(a, "/purchases/{id}/seats/{seat}/resend", access.SeatAssign, a.resendSeat, "Sends the invitation of a pending seat again")
	remove(a, "/purchases/{id}/seats/{seat}", access.SeatAssign, a.endSeat, "Ends a seat: revokes a pending one, releases a redeemed one")
	get(a, "/purchases/{id}/ledger", access.LicenseView, a.readLedger, "Lists every movement of a purchase's seats, and sums them up")
	get(a, "/purchases/{id}/reporter/candidates", access.ReporterAssign, a.listCandidates, "Lists who could become the License Reporter of a purchase, and who cannot yet and why")
	get(a, "/purchases/{id}/reporter/preview", access.ReporterAssign, a.previewReporter, "Tells what appointing somebody would change: whom they would see, and who stops seeing")
	put(a, "/purchases/{id}/reporter", access.ReporterAssign, a.assignReporter, "Appoints the License Reporter of a purchase; who held the role loses it")
	remove(a, "/purchases/{id}/reporter", access.ReporterAssign, a.revokeReporter, "Leaves a purchase without a License Reporter")
	get(a, "/custom-deals", access.DealView, a.listDeals, "Lists custom deals, the newest first")
	create(a, "/custom-deals", access.DealEdit, a.createDeal, "Writes a custom deal as a draft; nothing of it is sold yet")
	get(a, "/custom-deals/{id}", access.DealView, a.openDeal, "Opens one custom deal with its licenses and purchases")
	create(a, "/custom-deals/{id}/activate", access.DealEdit, a.activateDeal, "Makes a purchase of each license of a draft, all of them or none")
	create(a, "/custom-deals/{id}/end", access.DealEdit, a.endDeal, "Ends a custom deal: nothing of it can be assigned or redeemed any more")
	create(a, "/redemptions", access.SelfEdit, a.redeem, "Accepts a seat that is offered to the asker")
	get(a, "/audit-events", access.AuditView, a.listAuditEvents, "Reads the audit log, as far as the asker's access goes")
	a.addAccounts()
	a.addClients()
	a.addGrants()
	a.addLocations()
	a.addRoles()
	a.addGroups()
	a.addPolicies()
	a.addTeams()
	get(a, "/access/explain", access.AccessExplain, a.explain, "Tells why a person can see a learner, or what is missing")
	get(a, "/organization/settings", access.OrganizationConfigure, a.openSettings, "Reads what the organization has decided about itself")
	put(a, "/organization/settings", access.OrganizationConfigure, a.changeSettings, "Changes those settings that are said")
	put(a, "/organization/logo", access.OrganizationConfigure, a.putLogo, "Gives the organization a logo")
	remove(a, "/organization/logo", access.OrganizationConfigure, a.removeLogo, "Takes the organization's logo away")
	a.addEnrollments()
	a.addInvitations()
}

// Routes lists the routes of all operations and of the document.
func (a *API) Routes() []server.Route { return append([]server.Route(nil), a.routes...) }

// Document is the OpenAPI document, as it is served.
func (a *API) Document() []byte { return a.document }

func (a *API) describe(w http.ResponseWriter, _ *http.Request, _ access.Reach) error {
	w.Header().Set("Content-Type", "application/openapi+json")
	_, err := w.Write(a.document)
	return err
}
