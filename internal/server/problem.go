package server

import (
	"encoding/json"
	"net/http"

	"github.com/ambit-lms/ambit/internal/fault"
)

// Problem is the document that tells a program what went wrong (RFC 9457).
type Problem struct {
	Type      string          `json:"type"`
	Title     string          `json:"title"`
	Status    int             `json:"status"`
	Detail    string          `json:"detail"`
	Errors    []fault.Problem `json:"errors,omitempty"`
	RequestID string          `json:"request_id"`
}

// ProblemType is the media type of a Problem.
const ProblemType = "application/problem+json"

// ProblemOf is the type of the problem documents of a kind, as in "not-found".
func ProblemOf(kind string) string { return "urn:ambit:problem:" + kind }

func (s *Server) problem(w http.ResponseWriter, f Failure) {
	title, kind := http.StatusText(f.Status), f.Kind.String()
	if f.Status == http.StatusMethodNotAllowed {
		kind = "method-not-allowed"
	}
	body, err := json.Marshal(Problem{
		Type: ProblemOf(kind), Title: title, Status: f.Status,
		Detail: f.Sentence, Errors: f.Problems, RequestID: f.RequestID,
	})
	if err != nil {
		s.log.Error("problem document", "id", f.RequestID, "cause", err)
	}
	if f.Status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Bearer realm="ambit"`)
	}
	w.Header().Set("Content-Type", ProblemType)
	w.WriteHeader(f.Status)
	w.Write(body)
}
