// Reads JSON lines {secret, id, timestamp, signature, body (base64)} and verifies each signature
// with Go's standard library, after the Standard Webhooks specification. Prints one JSON line.
package main

import (
	"bufio"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"strings"
)

type delivery struct {
	Secret, ID, Timestamp, Signature, Body string
}

func right(d delivery) bool {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(d.Secret, "whsec_"))
	if err != nil {
		return false
	}
	body, err := base64.StdEncoding.DecodeString(d.Body)
	if err != nil {
		return false
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(d.ID + "." + d.Timestamp + "."))
	mac.Write(body)
	expected := []byte("v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	for _, each := range strings.Split(d.Signature, " ") {
		if hmac.Equal(expected, []byte(each)) {
			return true
		}
	}
	return false
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(make([]byte, 0, 1<<20), 64<<20)
	checked, wrong := 0, 0
	for lines.Scan() {
		var d delivery
		checked++
		if json.Unmarshal(lines.Bytes(), &d) != nil || !right(d) {
			wrong++
		}
	}
	fmt.Printf(`{"by":"go standard library","checked":%d,"wrong":%d}`+"\n", checked, wrong)
}
