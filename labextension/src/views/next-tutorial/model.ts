import { identity, Model } from '../../core/model';
import { lessonsOf, type Lesson } from '../../shared/course/lessons';
import type { Place } from '../../shared/course/links';

/** The end of a tutorial. */
export class NextTutorialModel extends Model {
  override defaults(): Record<string, unknown> {
    return {
      ...super.defaults(),
      ...identity('NextTutorial'),
      lessons: [],
      folder: '',
      linked: true,
      number: 1,
    };
  }

  get lessons(): Lesson[] {
    return lessonsOf(this.list('lessons'));
  }

  get place(): Place {
    return { folder: this.text('folder'), linked: this.flag('linked') };
  }

  /** The tutorial after this one; null for the last. */
  get next(): Lesson | null {
    return this.lessons.find(({ number }) => number > this.number('number', 1)) ?? null;
  }
}
