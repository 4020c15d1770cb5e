package web

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strings"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/server"
)

// verifyBody is the largest file that is taken to be checked here; larger ones
// are read in the browser.
const verifyBody = 32<<20 + 1<<16 // and what a form puts around it

// verifyForm asks for a file or a hash; an address may name the hash.
func (p *Pages) verifyForm(w http.ResponseWriter, r *http.Request, _ access.Reach) error {
	return p.verdict(w, r, r.URL.Query().Get("sha256"))
}

// verify answers for a file that was sent, or for a hash.
func (p *Pages) verify(w http.ResponseWriter, r *http.Request, _ access.Reach) error {
	sum, err := sumOf(r)
	if err != nil {
		return err
	}
	return p.verdict(w, r, sum)
}

func (p *Pages) verdict(w http.ResponseWriter, r *http.Request, sum string) error {
	page := p.plain(r)
	page.Title = page.T("verify.title")
	v := VerifyView{SHA256: strings.ToLower(strings.TrimSpace(sum))}
	if v.SHA256 == "" {
		if r.Method == http.MethodPost {
			v.Fault = page.T("verify.nothing")
			return show(w, r, http.StatusUnprocessableEntity, Verify(page, v))
		}
		return show(w, r, http.StatusOK, Verify(page, v))
	}
	manifest, genuine, err := p.Runs.Verify(r.Context(), v.SHA256)
	if fault.KindOf(err) == fault.Invalid {
		v.Fault = page.T("verify.no_hash")
		return show(w, r, http.StatusUnprocessableEntity, Verify(page, v))
	}
	if err != nil {
		return err
	}
	v.Asked, v.Genuine = true, genuine
	if genuine {
		v.Facts = factsOf(page, manifest)
	}
	return show(w, r, http.StatusOK, Verify(page, v))
}

// sumOf hashes the file of a form while it arrives; without one it is the hash
// that was typed.
func sumOf(r *http.Request) (string, error) {
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind != "multipart/form-data" {
		form, err := server.Form(r)
		return form.Get("sha256"), err
	}
	parts, err := r.MultipartReader()
	if err != nil {
		return "", errors.Join(fault.New(fault.Invalid, "The form cannot be read."), err)
	}
	var typed string
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return typed, nil
		}
		if err != nil {
			return "", unreadable(err)
		}
		sum, err := readPart(part)
		switch {
		case err != nil:
			return "", unreadable(err)
		case part.FormName() == "file" && sum != "":
			return sum, nil
		case part.FormName() == "sha256":
			typed = sum
		}
	}
}

func readPart(part *multipart.Part) (string, error) {
	if part.FormName() != "file" {
		text, err := io.ReadAll(io.LimitReader(part, 200))
		return string(text), err
	}
	hash := sha256.New()
	n, err := io.Copy(hash, part)
	if err != nil || n == 0 { // no file was chosen
		return "", err
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}

// unreadable is a form that broke off; one that is too large says so itself.
func unreadable(err error) error {
	var size *http.MaxBytesError
	if errors.As(err, &size) {
		return err
	}
	return errors.Join(fault.New(fault.Invalid, "The form cannot be read."), err)
}
