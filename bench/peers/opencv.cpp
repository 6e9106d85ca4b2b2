// OpenCV: cv::ml::EM. trainE takes the start; maxCount counts E-steps, so M steps need M + 1.
// Covariances are floored at 2.2e-16 only. The E-step is parallel over rows, if at all.
#include <opencv2/core/utility.hpp>
#include <opencv2/ml.hpp>

#include "adapter.h"

using cv::Mat;

static Mat samples(const array &x) {
    return Mat((int)x.rows, (int)x.cols, CV_64F, x.data);
}

static cv::Ptr<cv::ml::EM> model_new(int k, const char *family) {
    cv::Ptr<cv::ml::EM> model = cv::ml::EM::create();
    model->setClustersNumber(k);
    model->setCovarianceMatrixType(!strcmp(family, "diag") ? cv::ml::EM::COV_MAT_DIAGONAL
                                                           : cv::ml::EM::COV_MAT_GENERIC);
    return model;
}

static void steps(char **argv) {
    const array x = npy_read(argv[2]), w = start_read(argv[3], "weights");
    const array m = start_read(argv[3], "means"), c = start_read(argv[3], "covariances");
    const int k = (int)w.rows, d = (int)x.cols, diag = !strcmp(argv[4], "diag");
    std::vector<Mat> covs;
    for (int j = 0; j < k; j++)
        covs.push_back(diag ? Mat::diag(Mat(d, 1, CV_64F, c.data + j * d))
                            : Mat(d, d, CV_64F, c.data + j * d * d));
    for (size_t n; (n = next_count(&argv[5]));) {
        cv::Ptr<cv::ml::EM> model = model_new(k, argv[4]);
        model->setTermCriteria({cv::TermCriteria::COUNT, (int)n + 1, 0});
        Mat ll;
        const double begin = now();
        model->trainE(samples(x), Mat(k, d, CV_64F, m.data), covs,
                      Mat(1, k, CV_64F, w.data), ll);
        report_run(n, n, now() - begin, cv::sum(ll)[0]);
    }
    report_end();
}

static void fit(char **argv) {
    const array x = npy_read(argv[2]);
    cv::Ptr<cv::ml::EM> model = model_new(atoi(argv[3]), argv[4]);
    Mat ll;
    const double begin = now();
    model->trainEM(samples(x), ll);
    report_fit(now() - begin, -1, cv::sum(ll)[0]);
}

int main(int argc, char **argv) {
    if (argc == 2) {
        printf("{\"version\": \"%s\", \"kernels\": \"own SIMD:%s; OpenBLAS %s\"}\n",
               CV_VERSION, cv::getCPUFeaturesLine().c_str(), blas_kernel());
        return 0;
    }
    const bool is_fit = !strcmp(argv[1], "fit");
    cv::setNumThreads(atoi(argv[is_fit ? 5 : 6]));
    is_fit ? fit(argv) : steps(argv);
}
