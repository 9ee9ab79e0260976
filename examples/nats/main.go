// Prints the messages of NATS JetStream that publish.ts has published, as JSON.
//
//	go run . nats://127.0.0.1:4222 'openai.events.run_1.>' printer
//
// A program that is started again with the same name continues where the last one ended.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/stepwire/stepwire-go"
	"google.golang.org/protobuf/reflect/protoreflect"
)

func main() {
	if len(os.Args) != 4 {
		log.Fatal("usage: go run . <server> <subjects> <name of this consumer>")
	}
	if err := printMessages(context.Background(), os.Args[1], os.Args[2], os.Args[3]); err != nil {
		log.Fatal(err)
	}
}

// printMessages prints the messages with these subjects, until one ends a run.
func printMessages(ctx context.Context, server, subjects, name string) error {
	connection, err := nats.Connect(server)
	if err != nil {
		return err
	}
	defer connection.Close()
	client, err := jetstream.New(connection)
	if err != nil {
		return err
	}
	consumer, err := client.CreateOrUpdateConsumer(ctx, "OPENAI_EVENTS", jetstream.ConsumerConfig{
		Durable:        name,
		FilterSubjects: strings.Split(subjects, ","),
		AckPolicy:      jetstream.AckExplicitPolicy,
		// One at a time: the order stays the same if this program dies and a new one continues.
		MaxAckPending: 1,
		AckWait:       5 * time.Second,
	})
	if err != nil {
		return err
	}
	messages, err := consumer.Messages()
	if err != nil {
		return err
	}
	defer messages.Stop()
	transcoders := map[protoreflect.FullName]*stepwire.Transcoder{}
	for {
		message, err := messages.Next()
		if err != nil {
			return err
		}
		// The header says which message it is. A name that the table does not have is refused.
		kind := protoreflect.FullName(message.Headers().Get("Stepwire-Message-Type"))
		transcoder := transcoders[kind]
		if transcoder == nil {
			if transcoder, err = stepwire.NewTranscoder(kind); err != nil {
				return err
			}
			defer transcoder.Close()
			transcoders[kind] = transcoder
		}
		json, err := transcoder.ToJSON(message.Data())
		if err != nil {
			return err
		}
		fmt.Println(message.Subject(), string(json))
		// After the output, so that a message is rather printed twice than never.
		if err := message.DoubleAck(ctx); err != nil {
			return err
		}
		if strings.HasSuffix(message.Subject(), ".done") {
			return nil
		}
	}
}
