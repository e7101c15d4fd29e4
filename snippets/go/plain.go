// Verifies webhooks with the standard library alone.
package main

import (
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"log"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"
)

const toleranceSeconds = 300

var wholeSeconds = regexp.MustCompile(`^[0-9]{1,12}$`)

// isSigned says whether body (the bytes as they came) was signed with key and is not older than five
// minutes. key is the endpoint's whsec_ secret, or its whpk_ public key.
func isSigned(key string, headers http.Header, body []byte, now time.Time) bool {
	id := headers.Get("webhook-id")
	timestamp := headers.Get("webhook-timestamp")
	signatures := headers.Get("webhook-signature")
	if id == "" || signatures == "" || !wholeSeconds.MatchString(timestamp) {
		return false
	}
	seconds, _ := strconv.ParseInt(timestamp, 10, 64)
	age := now.Unix() - seconds
	if age > toleranceSeconds || age < -toleranceSeconds {
		return false
	}
	content := append([]byte(id+"."+timestamp+"."), body...)
	// While a secret is being rolled there are several signatures: one that matches is enough.
	for _, item := range strings.Split(signatures, " ") {
		version, encoded, _ := strings.Cut(item, ",")
		signature, err := base64.StdEncoding.DecodeString(encoded)
		if err == nil && matches(key, version, content, signature) {
			return true
		}
	}
	return false
}

func matches(key, version string, content, signature []byte) bool {
	if public, found := strings.CutPrefix(key, "whpk_"); found {
		point, err := base64.StdEncoding.DecodeString(public)
		return err == nil && len(point) == ed25519.PublicKeySize && version == "v1a" &&
			ed25519.Verify(point, content, signature)
	}
	secret, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(key, "whsec_"))
	if err != nil || version != "v1" {
		return false
	}
	mac := hmac.New(sha256.New, secret)
	mac.Write(content)
	return hmac.Equal(signature, mac.Sum(nil))
}

// receive answers 2xx at once; do slow work afterwards, and only once for each webhook-id.
func receive(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
	if err != nil || !isSigned(os.Getenv("WEBHOOK_SECRET"), r.Header, body, time.Now()) {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	w.WriteHeader(http.StatusNoContent)
	log.Printf("%s", body)
}

// In main: http.HandleFunc("/webhooks", receive) and http.ListenAndServe(":3000", nil).
