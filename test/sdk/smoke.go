// One round through the official Go SDK, with only its server URL changed. Arguments: the server's
// URL and a token. Exits with 0 when every step did what it must.
package main

import (
	"context"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"time"

	svix "github.com/svix/svix-webhooks/go"
	"github.com/svix/svix-webhooks/go/models"
)

type arrived struct {
	headers http.Header
	body    []byte
}

func main() {
	serverURL, err := url.Parse(os.Args[1])
	must(err)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	received := make(chan arrived, 10)
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		received <- arrived{r.Header, body}
		w.WriteHeader(http.StatusNoContent)
	}))
	client, err := svix.New(os.Args[2], &svix.SvixOptions{ServerUrl: serverURL})
	must(err)

	uid := "go-smoke"
	app, err := client.Application.Create(ctx, models.ApplicationIn{Name: "Go", Uid: &uid}, nil)
	must(err)
	eventType := models.EventTypeIn{Name: "go.smoke", Description: "A smoke"}
	_, err = client.EventType.Create(ctx, eventType, nil)
	must(err)
	endpoint, err := client.Endpoint.Create(ctx, app.Id, models.EndpointIn{
		Url: receiver.URL + "/hooks", FilterTypes: []string{"go.smoke"},
	}, nil)
	must(err)
	message, err := client.Message.Create(ctx, app.Id, models.MessageIn{
		EventType: "go.smoke",
		Payload:   map[string]any{"price": 1.5, "name": "ñandú"},
	}, nil)
	must(err)

	secret, err := client.Endpoint.GetSecret(ctx, app.Id, endpoint.Id)
	must(err)
	webhook, err := svix.NewWebhook(secret.Key)
	must(err)
	first := <-received
	must(webhook.Verify(first.body, first.headers))
	check(first.headers.Get("webhook-id") == message.Id, "webhook-id")
	check(webhook.Verify(append(first.body, ' '), first.headers) != nil, "a changed body was verified")

	_, err = client.MessageAttempt.Resend(ctx, app.Id, message.Id, endpoint.Id, nil)
	must(err)
	check((<-received).headers.Get("webhook-id") == message.Id, "the resent webhook-id")
	attempts, err := client.MessageAttempt.ListByMsg(ctx, app.Id, message.Id, nil)
	must(err)
	check(attempts.Data[0].ResponseStatusCode == 204, "the attempt's status")

	_, err = client.Application.Get(ctx, "nobody")
	refused(err, 404)
	_, err = client.Application.Create(ctx, models.ApplicationIn{Name: "x", Uid: &uid}, nil)
	refused(err, 409)
	_, err = client.Endpoint.Create(ctx, app.Id, models.EndpointIn{Url: "no url"}, nil)
	refused(err, 422)
	stranger, err := svix.New("wrong", &svix.SvixOptions{ServerUrl: serverURL})
	must(err)
	_, err = stranger.Application.List(ctx, nil)
	refused(err, 401)
	must(client.Application.Delete(ctx, app.Id))
}

func refused(err error, status int) {
	var refusal *svix.Error
	if !errors.As(err, &refusal) || refusal.Status() != status {
		log.Fatalf("%d was expected: %v", status, err)
	}
}

func check(holds bool, what string) {
	if !holds {
		log.Fatalf("not as expected: %s", what)
	}
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
