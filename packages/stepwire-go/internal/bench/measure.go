package main

import (
	"math"
	"time"
)

const (
	// fastestBlock and slowestBlock are the longest times of a block in the fastest contender
	// and in the slowest.
	fastestBlock = 700 * time.Microsecond
	slowestBlock = 2 * time.Millisecond
	leastRounds  = 7
	// warmUp is the part of the time that is not counted.
	warmUp = 0.2
)

// contender is one way to convert the documents of a set.
type contender struct {
	name string
	// convert converts the documents from one index to before another.
	convert func(from, to int) error
}

// each returns a contender that converts one document after the other.
func each(name string, convert func(index int) error) contender {
	return contender{name, func(from, to int) error {
		for index := from; index < to; index++ {
			if err := convert(index); err != nil {
				return err
			}
		}
		return nil
	}}
}

// result is a line of output.
type result struct {
	Set       string `json:"set"`
	Contender string `json:"contender"`
	Documents int    `json:"documents"`
	// Blocks are milliseconds, by block and round.
	Blocks [][]float64 `json:"blocks"`
}

// measure times contenders over the documents of a set, as packages/bench/src/speed/blocks.ts
// does: each contender converts a block of documents before any of them converts the next block,
// and another contender begins each round.
func measure(contenders []contender, count int, duration time.Duration) ([]result, error) {
	fastest, slowest := time.Duration(math.MaxInt64), time.Duration(0)
	share := time.Duration(float64(duration) * warmUp / float64(len(contenders)))
	for _, contender := range contenders {
		shortest := time.Duration(math.MaxInt64)
		for start := time.Now(); ; {
			elapsed, err := contender.time(0, count)
			if err != nil {
				return nil, err
			}
			shortest = min(shortest, elapsed)
			if time.Since(start) >= share {
				break
			}
		}
		fastest, slowest = min(fastest, shortest), max(slowest, shortest)
	}
	parts := max(int(fastest/fastestBlock), int(slowest/slowestBlock)) + 1
	parts = min(parts, count)
	results := make([]result, len(contenders))
	for index, contender := range contenders {
		blocks := make([][]float64, parts)
		results[index] = result{Contender: contender.name, Documents: count, Blocks: blocks}
	}
	measured := time.Duration(float64(duration) * (1 - warmUp))
	start := time.Now()
	for round := 0; round < leastRounds || time.Since(start) < measured; round++ {
		for part := range parts {
			for turn := range contenders {
				index := (turn + round + part) % len(contenders)
				elapsed, err := contenders[index].time(part*count/parts, (part+1)*count/parts)
				if err != nil {
					return nil, err
				}
				blocks := results[index].Blocks
				blocks[part] = append(blocks[part], elapsed.Seconds()*1e3)
			}
		}
	}
	return results, nil
}

// time converts the documents from one index to before another.
func (contender contender) time(from, to int) (time.Duration, error) {
	start := time.Now()
	err := contender.convert(from, to)
	return time.Since(start), err
}
