/** Probabilities and entropy with their numbers. */

import { t } from '../../core/i18n';
import { el } from '../../shared/dom';
import { factor, short } from '../../shared/concept/numbers';
import type { TemperatureModel } from './model';
import { entropy } from './sampling';

/** So many terms of a sum are written out. */
const TERMS = 4;

function sum(terms: readonly string[]): string {
  return terms.length > TERMS ? `${terms.slice(0, TERMS).join(' + ')} + …` : terms.join(' + ');
}

/** @param index the word whose probability is written out */
export function formulaLines(model: TemperatureModel, index: number): HTMLElement[] {
  const { now, heated, probabilities, words } = model;
  const { logits, temperature, top_k, top_p } = now;
  const line = (text: string): HTMLElement => el('div', '', {}, text);
  const name = `p(${words[index]!})`;
  const lines: HTMLElement[] = [];
  if (temperature === 0) {
    lines.push(line(`${name} = ${short(heated[index]!)}   (T → 0)`));
  } else {
    const heat = short(temperature);
    // Largest first: these count.
    const order = logits.map((_, i) => i).sort((a, b) => logits[b]! - logits[a]!);
    const power = (i: number): string => `e^(${factor([logits[i]!])}/${heat})`;
    const top = logits[index]! / temperature;
    const whole = logits.reduce((all, logit) => all + Math.exp(logit / temperature), 0);
    lines.push(
      line(`${name} = e^(z/T) / Σ = ${power(index)} / (${sum(order.map(power))})`),
      line(
        top < 600 && Number.isFinite(whole)
          ? `= ${short(Math.exp(top))} / ${short(whole)} = ${short(heated[index]!)}`
          : `= ${short(heated[index]!)}`,
      ),
    );
  }
  const kept = heated.filter((_, i) => probabilities[i]! > 0);
  if (kept.length < heated.length && temperature > 0) {
    const rule = [top_k > 0 ? `top-k ${top_k}` : '', top_p < 1 ? `top-p ${top_p}` : ''].filter(Boolean);
    const share = kept.reduce((a, b) => a + b, 0);
    const text =
      probabilities[index]! > 0
        ? `${short(heated[index]!)} / (${sum([...kept].sort((a, b) => b - a).map(short))}) = ${short(heated[index]!)} / ${short(share)} = ${short(probabilities[index]!)}`
        : '0';
    lines.push(line(t('after {rule}: {text}', { rule: rule.join(', '), text })));
  }
  const terms = probabilities.filter((share) => share > 0).sort((a, b) => b - a);
  const bits = terms.map((share) => `${short(share)}·${short(-Math.log2(share))}`);
  lines.push(line(`H = −Σ p·log₂ p = ${sum(bits)} = ${short(entropy(probabilities))} bit`));
  return lines;
}
