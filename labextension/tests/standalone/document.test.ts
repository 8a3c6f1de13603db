// @vitest-environment happy-dom
import { gzipSync } from 'node:zlib';

import { afterEach, describe, expect, it, vi } from 'vitest';

import { said } from '../../src/standalone/answers';
import { readDocument, type Probe, type RunDocument } from '../../src/standalone/document';
import { Moments } from '../../src/standalone/moment';
import { withoutCommon } from '../../src/standalone/more';
import { part } from '../../src/standalone/parts';
import { atlasOf } from '../../src/standalone/pictures';

afterEach(() => document.body.replaceChildren());

/** A document as Python packs it. */
function packed(content: object, body = new Uint8Array(0)): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(JSON.stringify(content));
  const bytes = new Uint8Array(4 + text.length + body.length);
  new DataView(bytes.buffer).setUint32(0, text.length, true);
  bytes.set(text, 4);
  bytes.set(body, 4 + text.length);
  return bytes;
}

describe('a document', () => {
  it('gives the bytes that it names, in copies of their own', () => {
    const body = new Uint8Array([9, 1, 0, 2, 0, 7]);
    const read = readDocument(packed({ format: 1, probe: { data: { $at: [1, 4] } } }, body)) as unknown as {
      probe: { data: Uint8Array };
    };
    expect([...new Uint16Array(read.probe.data.buffer)]).toEqual([1, 2]);
  });

  it('of another version is refused', () => {
    expect(() => readDocument(packed({ format: 2 }))).toThrow('format 1');
  });

  it('is unpacked from the element that holds it', async () => {
    const script = document.createElement('script');
    script.type = 'application/octet-stream';
    script.dataset.part = 'recording';
    script.textContent = gzipSync(packed({ format: 1 })).toString('base64');
    document.body.append(script);
    expect(readDocument(await part('recording')).format).toBe(1);
    await expect(part('nothing')).rejects.toThrow('"nothing"');
  });
});

describe('the moments of a page', () => {
  const moments = (steps: number[]): Moments =>
    new Moments({ moments: steps.map((step) => ({ step, epoch: 0, time: 0 })) } as unknown as RunDocument);

  it('begin with the last, and go to the nearest', () => {
    const all = moments([0, 10, 100]);
    const heard = vi.fn();
    all.follow(heard);
    expect(all.now?.step).toBe(100);
    all.seek(40);
    expect(all.now?.step).toBe(10);
    all.go(-3);
    expect(all.now?.step).toBe(0);
    all.go(0);
    expect(heard).toHaveBeenCalledTimes(3);
  });

  it('may be none', () => {
    const none = moments([]);
    none.seek(5);
    none.go(1);
    expect(none.now).toBeNull();
  });
});

describe('answers in words', () => {
  const probe: Probe = {
    count: 2,
    images: null,
    labels: [1, 0],
    targets: [],
    classes: ['cat', '<b>dog</b>'],
    kind: 'classes',
    answers: [
      {
        top: 2,
        indices: new Uint8Array(new Uint16Array([1, 0, 1, 0]).buffer),
        values: new Uint8Array(new Float32Array([0.9, 0.1, 0.6, 0.4]).buffer),
      },
      null,
    ],
    layers: [],
    samples: 0,
  };

  it('say what is right, what was taken for what, and nothing where nothing was recorded', () => {
    expect(said(probe, 0).map(({ label, right }) => [label, right])).toEqual([
      ['<b>dog</b>', true],
      ['cat → <b>dog</b>', false],
    ]);
    expect(said(probe, 1).map(({ label, right }) => [label, right])).toEqual([
      ['<b>dog</b>', null],
      ['cat', null],
    ]);
  });

  it('of a regression are numbers beside those that should be', () => {
    const values = new Uint8Array(new Float32Array([0.5, 2]).buffer);
    const numbers: Probe = { ...probe, kind: 'number', labels: [], targets: [0.25], answers: [{ values }] };
    expect(said(numbers, 0).map(({ label }) => label)).toEqual(['0.2500 → 0.5000', '2.000']);
  });
});

it('cuts images out of a larger picture', () => {
  // Two rows of two images of 1 x 2 pixels, whose red tells them apart.
  const data = new Uint8ClampedArray(8 * 4);
  for (let i = 0; i < 8; i += 1) data.set([i, 100 + i, 200, 255], 4 * i);
  const pixels = { width: 4, height: 2, data };
  const tiles = [
    { row: 1, column: 0 },
    { row: 0, column: 1 },
  ];
  const gray = atlasOf(pixels, { height: 1, width: 2, channels: 1 }, tiles);
  expect([...(gray.data as Uint8Array)]).toEqual([4, 5, 2, 3]);
  const colored = atlasOf(pixels, { height: 1, width: 2, channels: 3 }, tiles.slice(0, 1));
  expect([...(colored.data as Uint8Array)]).toEqual([4, 104, 200, 5, 105, 200]);
  expect(colored).toMatchObject({ count: 1, height: 1, width: 2, channels: 3 });
});

it('leaves out what all names begin with', () => {
  expect(withoutCommon(['cnn/conv/kernel', 'cnn/dense/bias'])).toEqual(['conv/kernel', 'dense/bias']);
  expect(withoutCommon(['conv/kernel', 'dense/bias'])).toEqual(['conv/kernel', 'dense/bias']);
  expect(withoutCommon(['cnn/kernel'])).toEqual(['cnn/kernel']);
});
