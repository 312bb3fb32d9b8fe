// Finds the three most likely next words at every position of a text by scoring every candidate.
//
//   rank MODEL CANDIDATES < text
//
// MODEL is an ARPA or binary file, and CANDIDATES a file of words. Each line of the text is a
// segment. For each word of a segment, the program writes a line with the three candidates most
// likely in its place, the most likely first; ties keep the order of CANDIDATES. The last line is
// "seconds positions": the time for scoring and ranking, without input and output.

#include "lm/model.hh"

#include <chrono>
#include <cstddef>
#include <fstream>
#include <iostream>
#include <limits>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t kShown = 3;

struct Best {
  float score[kShown];
  std::size_t candidate[kShown];

  Best() {
    for (std::size_t place = 0; place < kShown; ++place) {
      score[place] = -std::numeric_limits<float>::infinity();
      candidate[place] = 0;
    }
  }

  // Candidates are offered in order, so an equal score does not displace an earlier one.
  void Offer(std::size_t index, float value) {
    if (value <= score[kShown - 1]) return;
    std::size_t place = kShown - 1;
    for (; place > 0 && value > score[place - 1]; --place) {
      score[place] = score[place - 1];
      candidate[place] = candidate[place - 1];
    }
    score[place] = value;
    candidate[place] = index;
  }
};

std::vector<std::string> ReadWords(const char *path) {
  std::ifstream stream(path);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

Best Rank(const lm::base::Model &model, const std::vector<lm::WordIndex> &candidates,
          const void *state, void *next) {
  Best best;
  for (std::size_t index = 0; index < candidates.size(); ++index) {
    best.Offer(index, model.BaseScore(state, candidates[index], next));
  }
  return best;
}

}  // namespace

int main(int argc, char **argv) {
  if (argc != 3) {
    std::cerr << "usage: rank MODEL CANDIDATES < text\n";
    return 2;
  }
  std::unique_ptr<lm::base::Model> model(lm::ngram::LoadVirtual(argv[1]));
  const std::vector<std::string> words = ReadWords(argv[2]);
  std::vector<lm::WordIndex> candidates;
  for (const std::string &word : words) candidates.push_back(model->BaseVocabulary().Index(word));
  if (candidates.size() < kShown) {
    std::cerr << "rank: fewer than three candidates in " << argv[2] << "\n";
    return 2;
  }

  std::vector<char> state(model->StateSize()), next(model->StateSize()), unused(model->StateSize());
  Clock::duration spent(0);
  std::size_t positions = 0;
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream segment(line);
    model->BeginSentenceWrite(state.data());
    for (std::string word; segment >> word; ++positions) {
      const Clock::time_point begun = Clock::now();
      const Best best = Rank(*model, candidates, state.data(), unused.data());
      spent += Clock::now() - begun;
      for (std::size_t place = 0; place < kShown; ++place) {
        std::cout << (place ? " " : "") << words[best.candidate[place]];
      }
      std::cout << '\n';
      model->BaseScore(state.data(), model->BaseVocabulary().Index(word), next.data());
      state.swap(next);
    }
  }
  std::cout << std::chrono::duration<double>(spent).count() << ' ' << positions << '\n';
  return 0;
}
