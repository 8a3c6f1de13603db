import { identity, Model } from '../../core/model';
import { lessonsOf, numeral, type Lesson } from '../../shared/course/lessons';
import type { Place } from '../../shared/course/links';

/** The tutorials as a path. */
export class CoursePathModel extends Model {
  override defaults(): Record<string, unknown> {
    return {
      ...super.defaults(),
      ...identity('CoursePath'),
      lessons: [],
      folder: '',
      linked: true,
    };
  }

  get lessons(): Lesson[] {
    return lessonsOf(this.list('lessons'));
  }

  get place(): Place {
    return { folder: this.text('folder'), linked: this.flag('linked') };
  }

  override figures(): string[] {
    return this.lessons.map(({ number, title }) => `${numeral(number)} ${title}`);
  }
}
