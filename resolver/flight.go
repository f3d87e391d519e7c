package resolver

import (
	"context"
	"sync"
	"time"
)

// flights asks for each key once and keeps what came. A flight runs on the
// run's context, not on that of the caller who happened to be first.
type flights[K comparable, V any] struct {
	run   context.Context
	birth time.Time
	leave func(context.Context, K) error // the error of a caller whose context ended
	final func(error) bool               // whether an outcome may be kept

	mu    sync.Mutex
	calls map[K]*flight[V]
}

// flight is one question under way or done. Everything but asked is written
// before done is closed and read after it.
type flight[V any] struct {
	asked      int // guarded by flights.mu
	done       chan struct{}
	value      V
	err        error
	start, end time.Duration // since the birth of the flights
}

// do returns the outcome for key, asking if nobody has. A caller whose context
// ends leaves alone: the flight goes on for the others and for the record.
func (f *flights[K, V]) do(ctx context.Context, key K, ask func(context.Context) (V, error)) (V, error) {
	var none V
	f.mu.Lock()
	call, ok := f.calls[key]
	if !ok {
		if ctx.Err() != nil || f.run.Err() != nil {
			f.mu.Unlock()
			return none, f.leave(ended(ctx, f.run), key)
		}
		call = &flight[V]{done: make(chan struct{}), start: time.Since(f.birth)}
		f.calls[key] = call
		go f.fly(call, key, ask)
	}
	call.asked++
	f.mu.Unlock()

	select { // what is known is handed out even to a caller out of time
	case <-call.done:
		return call.value, call.err
	default:
	}
	select {
	case <-call.done:
		return call.value, call.err
	case <-ctx.Done():
		return none, f.leave(ctx, key)
	case <-f.run.Done():
		return none, f.leave(f.run, key)
	}
}

// ended is the context that is over; ctx if both are.
func ended(ctx, run context.Context) context.Context {
	if ctx.Err() != nil {
		return ctx
	}
	return run
}

func (f *flights[K, V]) fly(call *flight[V], key K, ask func(context.Context) (V, error)) {
	call.value, call.err = ask(f.run)
	call.end = time.Since(f.birth)
	if call.err != nil && (f.run.Err() != nil || !f.final(call.err)) { // a stopped run proves nothing
		f.mu.Lock()
		delete(f.calls, key)
		f.mu.Unlock()
	}
	close(call.done)
}

// each visits what has been answered, in no order.
func (f *flights[K, V]) each(visit func(key K, call *flight[V], asked int)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for key, call := range f.calls {
		select {
		case <-call.done:
			visit(key, call, call.asked)
		default: // still under way
		}
	}
}
