import { epochMarks, pixelOf, type RunEvent, type Snapshots, spread } from './track';

/** What a track shows. */
export interface Track {
  snapshots: Snapshots;
  epochEnds: Uint32Array;
  events: readonly RunEvent[];
  last: number;
  /** Pixels from the left to the thumb. */
  thumb: number;
}

export interface Colors {
  line: string;
  tick: string;
  accent: string;
  warn: string;
  bad: string;
  muted: string;
}

/** The parts of a track from top to bottom, in px. */
export const TRACK_HEIGHT = 30;
const EVENT_Y = 5;
const LINE_Y = 17;
const EPOCH_Y = 26;
const TICK = 4;

/** Draws the line with its ticks, the ends of epochs below it and what happened above it. */
export function paintTrack(
  context: CanvasRenderingContext2D,
  { snapshots, epochEnds, events, last, thumb }: Track,
  width: number,
  colors: Colors,
): void {
  const bar = (x: number, y: number, w: number, h: number, color: string): void => {
    context.fillStyle = color;
    context.beginPath();
    context.roundRect(x, y, w, h, Math.min(w, h) / 2);
    context.fill();
  };
  bar(0, LINE_Y - 1.5, width, 3, colors.line);
  if (thumb > 0) bar(0, LINE_Y - 1.5, thumb, 3, colors.accent);
  for (const x of epochMarks(epochEnds, last, width)) bar(at(x, 1, width), EPOCH_Y - 2, 1, 4, colors.line);
  for (const x of spread(snapshots.steps, last, width)) {
    bar(at(x, 2, width), LINE_Y - TICK, 2, 2 * TICK, x <= thumb ? colors.accent : colors.tick);
  }
  for (const event of events) {
    context.fillStyle = colorOf(event.kind, colors);
    drawEvent(context, event.kind, Math.max(4, Math.min(width - 4, pixelOf(event.step, last, width))));
  }
}

/** The left edge of something so wide, within the track and on whole pixels. */
function at(x: number, size: number, width: number): number {
  return Math.round(Math.max(0, Math.min(width - size, x - size / 2)));
}

function colorOf(kind: string, colors: Colors): string {
  if (kind === 'error') return colors.bad;
  if (kind === 'pause') return colors.warn;
  return kind === 'learning_rate' ? colors.accent : colors.muted;
}

/** A shape of its own for each kind, as colors alone tell nothing to some. */
function drawEvent(context: CanvasRenderingContext2D, kind: string, x: number): void {
  context.beginPath();
  if (kind === 'pause') {
    context.rect(x - 3, EVENT_Y - 3, 2, 6);
    context.rect(x + 1, EVENT_Y - 3, 2, 6);
  } else if (kind === 'error') {
    context.moveTo(x - 4, EVENT_Y - 4);
    context.lineTo(x + 4, EVENT_Y - 4);
    context.lineTo(x, EVENT_Y + 4);
  } else if (kind === 'learning_rate') {
    context.moveTo(x, EVENT_Y - 4);
    context.lineTo(x + 4, EVENT_Y);
    context.lineTo(x, EVENT_Y + 4);
    context.lineTo(x - 4, EVENT_Y);
  } else {
    context.arc(x, EVENT_Y, 2.5, 0, 2 * Math.PI);
  }
  context.fill();
}
