package main

import "time"

// warmUpRounds are not counted.
const warmUpRounds = 50

// contender is one way to do the work.
type contender struct {
	name string
	run  func() error
}

// result is a line of output.
type result struct {
	Document  string `json:"document"`
	Contender string `json:"contender"`
	// Times are microseconds for one run, by round.
	Times []float64 `json:"times"`
}

// measure times contenders side by side: in every round each has its turn.
func measure(contenders []contender, rounds int, round time.Duration) ([]result, error) {
	runs := make([]int, len(contenders))
	results := make([]result, len(contenders))
	for index, contender := range contenders {
		results[index].Contender = contender.name
		var err error
		if runs[index], err = prepare(contender, round); err != nil {
			return nil, err
		}
	}
	for range rounds {
		for index, contender := range contenders {
			start := time.Now()
			for range runs[index] {
				if err := contender.run(); err != nil {
					return nil, err
				}
			}
			microseconds := float64(time.Since(start).Nanoseconds()) / 1e3 / float64(runs[index])
			results[index].Times = append(results[index].Times, microseconds)
		}
	}
	return results, nil
}

// prepare warms up, and returns how many runs fill a round.
func prepare(contender contender, round time.Duration) (int, error) {
	runs := 0
	for start := time.Now(); time.Since(start) < warmUpRounds*round; runs++ {
		if err := contender.run(); err != nil {
			return 0, err
		}
	}
	return max(runs/warmUpRounds, 1), nil
}
